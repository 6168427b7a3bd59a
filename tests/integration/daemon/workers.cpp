#include "workers.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace mayhem::testing {

namespace {

std::string unique_marker() {
    static std::atomic<int> count = 0;
    return "mayhem-daemon-test-" + std::to_string(::getpid()) + '-' + std::to_string(++count) + "-end";
}

}  // namespace

workers::workers(int count)
    : marker_(unique_marker()),
      keeper_({MAYHEM_WORKER, "keep", std::to_string(count), marker_, folder_ / "notes"},
              {.environment = {}, .in_child = [] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }}) {
    EXPECT_TRUE(eventually([this, count] { return pids().size() == static_cast<std::size_t>(count); }))
        << "the workers do not start";
}

std::vector<pid_t> workers::pids() const {
    std::vector<pid_t> found;
    std::error_code ended;  // a process, while it was looked at
    for (const auto& process : std::filesystem::directory_iterator("/proc", ended)) {
        if (read_text(process.path() / "cmdline").find("work-" + marker_) != std::string::npos) {
            found.push_back(std::stoi(process.path().filename()));
        }
    }
    return found;
}

std::string workers::config(const std::string& mean_time_between, const std::string& more,
                            const std::string& patience) const {
    return "dry_run = false\n" + more + "\n[group.workers]\ndriver = \"process\"\ncommand_line = \"work-" + marker_ +
           "\"\nmean_time_between = \"" + mean_time_between + "\"\nexpires_after = \"" + patience +
           "\"\nrecovery_timeout = \"" + patience +
           "\"\nrecovery_poll = \"10ms\"\nstable_for = \"0s\"\n"
           "max_failures = 0\n"
           "allow_terminal = true\n"
           "show_arguments = true\n";
}

std::map<std::string, int> workers::signals() const {
    std::map<std::string, int> all;
    std::istringstream lines(notes());
    for (std::string what, time, incarnation, rest;
         lines >> what >> time >> incarnation && std::getline(lines, rest);) {
        if (what == "term") {
            ++all[incarnation];
        }
    }
    return all;
}

}  // namespace mayhem::testing
