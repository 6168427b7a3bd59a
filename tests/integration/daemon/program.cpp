#include "program.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mayhem::testing {

namespace {

constexpr std::chrono::milliseconds poll_period{2};
constexpr std::size_t shown_max = 16UL * 1024;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

void write_into(const std::string& path, int descriptor) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, descriptor);
    ::close(file);
}

std::string describe(int status) {
    return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                             : "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

program::program(std::vector<std::string> command, options o) : name_(command.front()) {
    const std::string out = folder_ / "out";
    const std::string log = folder_ / "log";
    o.environment.insert(o.environment.end(),
                         {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + (folder_ / "home"),
                          "RUNTIME_DIRECTORY=" + (folder_ / "run"), "STATE_DIRECTORY=" + (folder_ / "state")});
    const std::vector<char*> arguments = pointers(command);
    const std::vector<char*> environment = pointers(o.environment);
    pid_ = ::fork();
    if (pid_ == 0) {
        write_into(out, STDOUT_FILENO);
        write_into(log, STDERR_FILENO);
        if (o.in_child) {
            o.in_child();
        }
        ::execve(command.front() == "unshare" ? "/usr/bin/unshare" : arguments.front(), arguments.data(),
                 environment.data());
        ::_exit(127);
    }
}

program::~program() {
    if (!ended_) {
        kill(SIGKILL);
        (void)end();
    }
    if (::testing::Test::HasFailure()) {
        const std::string said = log();
        std::cerr << "--- what " << name_ << " (" << pid_ << ", " << *ended_ << ") said at last\n"
                  << said.substr(said.size() - std::min(said.size(), shown_max)) << "---\n";
    }
}

void program::kill(int signal) const {
    if (!ended_) {  // until it is reaped, its number is its own
        (void)::kill(pid_, signal);
    }
}

bool program::says(std::string_view text, std::size_t from) {
    bool has_said = false;
    (void)eventually([&] {
        siginfo_t info{};
        const bool is_over =
            ended_ ||
            (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0);
        has_said = log().find(text, from) != std::string::npos;
        return has_said || is_over;
    });
    return has_said;
}

std::string program::end(std::chrono::milliseconds limit) {
    if (ended_) {
        return *ended_;
    }
    int status = 0;
    if (eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, limit)) {
        ended_ = describe(status);
    } else {
        kill(SIGKILL);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        ended_ = "hung";
    }
    return *ended_;
}

finished run(std::vector<std::string> command, program::options o) {
    program p(std::move(command), std::move(o));
    std::string ended = p.end(std::chrono::seconds{60});
    return {std::move(ended), p.out(), p.log()};
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(poll_period);
    }
    return true;
}

std::chrono::microseconds how_long_a_start_takes() {
    std::chrono::steady_clock::duration shortest = std::chrono::milliseconds{500};
    for (int i = 0; i < 3; ++i) {
        const test_folder folder;
        const auto began = std::chrono::steady_clock::now();
        program daemon({mayhem, "run", "--store", folder / "mayhem.db"});
        EXPECT_TRUE(daemon.says("Mayhem is running"));
        shortest = std::min(shortest, std::chrono::steady_clock::now() - began);
        daemon.kill(SIGTERM);
        EXPECT_EQ(daemon.end(), "exit 0");
    }
    return std::chrono::duration_cast<std::chrono::microseconds>(shortest);
}

bool is_gone(pid_t pid) {
    const std::string stat = read_text("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = stat.rfind(") ");
    return name_end == std::string::npos || stat[name_end + 2] == 'Z' || stat[name_end + 2] == 'X';
}

std::string first_out_of_order(std::string_view log, const std::vector<std::string>& texts) {
    std::size_t from = 0;
    for (const std::string& text : texts) {
        const std::size_t found = log.find(text, from);
        if (found == std::string_view::npos) {
            return text;
        }
        from = found + text.size();
    }
    return {};
}

}  // namespace mayhem::testing
