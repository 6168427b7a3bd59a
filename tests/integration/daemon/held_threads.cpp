#include "held_threads.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_folder.hpp"

namespace mayhem::testing {

namespace {

bool hold(pid_t thread) {
    int status = 0;
    return ::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) == 0 &&
           ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0 && ::waitpid(thread, &status, __WALL) == thread;
}

int hold_all(pid_t process, const std::string& prefix) {
    int held = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
        if (read_text(task.path() / "comm").starts_with(prefix)) {
            held += hold(std::atoi(task.path().filename().c_str())) ? 1 : 0;
        }
    }
    return held;
}

}  // namespace

held_threads::held_threads(pid_t process, const std::string& prefix) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw std::runtime_error("no pipe");
    }
    holder_ = ::fork();
    if (holder_ == 0) {
        const int held = hold_all(process, prefix);
        (void)::write(ends[1], &held, sizeof held);
        while (::waitpid(-1, nullptr, __WALL) > 0) {
        }
        ::_exit(0);
    }
    int held = 0;
    const bool is_told = ::read(ends[0], &held, sizeof held) == sizeof held;
    (void)::close(ends[0]);
    (void)::close(ends[1]);
    if (!is_told || held == 0) {
        throw std::runtime_error("no thread '" + prefix + "...' can be held: run the tests as root");
    }
}

held_threads::~held_threads() {
    (void)::kill(holder_, SIGKILL);
    (void)::waitpid(holder_, nullptr, 0);
}

}  // namespace mayhem::testing
