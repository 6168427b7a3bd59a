#pragma once

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/proc/process_table.hpp"
#include "system/pidfd.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::drivers {

/// Longer than anything here takes on a busy machine.
inline constexpr std::chrono::seconds soon{60};

/// Text that no command line on this host has but those of processes which this test starts with it.
inline std::string unique_marker() {
    static std::atomic<int> count = 0;
    return "mayhem-test-" + std::to_string(::getpid()) + '-' + std::to_string(++count);
}

/// Whether /proc has the signal in that set of the process: "ShdPnd" (sent, not yet received), "SigBlk", "SigIgn".
inline bool has_signal(pid_t pid, std::string_view set, int signal) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(set)) {
            return (std::stoull(line.substr(set.size() + 1), nullptr, 16) >> (signal - 1) & 1U) != 0;
        }
    }
    return false;
}

/// The pipe that a child writes to.
class output_pipe {
public:
    output_pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw std::runtime_error("cannot make a pipe");
        }
        read_ = system::unique_fd(ends[0]);
        write_ = system::unique_fd(ends[1]);
    }

    [[nodiscard]] int write_end() const { return write_.get(); }
    void close_write_end() { write_.reset(); }

    /// Everything up to `end`, which must come soon.
    std::string read_until(std::string_view end) {
        constexpr int patience_ms = std::chrono::milliseconds{soon}.count();
        std::string text;
        while (!text.ends_with(end)) {
            pollfd waiting{.fd = read_.get(), .events = POLLIN, .revents = 0};
            char byte = 0;
            if (::poll(&waiting, 1, patience_ms) != 1 || ::read(read_.get(), &byte, 1) != 1) {
                throw std::runtime_error("the child ended, or wrote nothing soon, after: " + text);
            }
            text += byte;
        }
        return text;
    }

private:
    system::unique_fd read_;
    system::unique_fd write_;
};

/// A child that the test starts and may act on; ended and reaped with its object at the latest.
class test_process {
public:
    /// Starts it and waits until it says "ready".
    explicit test_process(const std::vector<std::string>& command) {
        std::vector<char*> arguments;
        for (const std::string& argument : command) {
            arguments.push_back(const_cast<char*>(argument.c_str()));
        }
        arguments.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(output_.write_end(), STDOUT_FILENO);
            ::execv(arguments.front(), arguments.data());
            ::_exit(127);
        }
        output_.close_write_end();
        handle_ = system::pidfd::open(pid_);
        said_ = output_.read_until("ready\n");
    }
    ~test_process() {
        if (pid_ > 0) {
            (void)handle_->send(SIGKILL);
            (void)reap();
        }
    }
    test_process(const test_process&) = delete;
    test_process& operator=(const test_process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const std::string& said() const { return said_; }

    /// What it says next, up to `end`, which must come soon.
    std::string read_until(std::string_view end) { return output_.read_until(end); }

    void kill(int signal) const { (void)handle_->send(signal); }

    /// Whether it has ended; it may still be a zombie.
    [[nodiscard]] bool has_ended() const { return handle_->ends_within(std::chrono::milliseconds{0}); }
    [[nodiscard]] bool ends_soon() const { return handle_->ends_within(soon); }

    /// Waits for its end: the signal that killed it, or 0.
    int reap() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

private:
    output_pipe output_;
    pid_t pid_ = 0;
    std::optional<system::pidfd> handle_;
    std::string said_;
};

}  // namespace mayhem::drivers
