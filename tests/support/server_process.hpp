#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace mayhem::test {

/// An ordinary user of this host, for servers that refuse to run as root: whoever the test runs as, unless that is
/// root.
struct ordinary_user {
    uid_t uid = 0;
    gid_t gid = 0;
};
[[nodiscard]] ordinary_user find_ordinary_user();

/// A server that a test starts, as an ordinary user, with its output in a file; it gets SIGQUIT when the test's
/// process ends, whatever ends it. It and all of its group are killed, and it is reaped, with its object at the latest.
class server_process {
public:
    server_process(std::vector<std::string> command, std::string log_file);
    ~server_process();
    server_process(const server_process&) = delete;
    server_process& operator=(const server_process&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    void signal(int number) const;

    /// Whether it has ended, by itself or not; it is reaped then.
    [[nodiscard]] bool has_ended();

    /// Whether it ends within `limit`.
    [[nodiscard]] bool ends_within(std::chrono::milliseconds limit);

    /// SIGKILL; then waits until those whom it had started have ended too, and reaps them. They must do so by
    /// themselves: false if they have not within `limit`.
    [[nodiscard]] bool end_with_children(std::chrono::milliseconds limit);

private:
    pid_t pid_;
    bool is_reaped_ = false;
};

/// Runs a command to its end, as an ordinary user, and returns what it wrote to standard output. Throws
/// `std::runtime_error` with all that it wrote when it fails.
std::string run_as_ordinary_user(std::vector<std::string> command);

/// Looks every 10 ms whether `condition` is true, for at most `limit`.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition,
                              std::chrono::milliseconds limit = std::chrono::seconds{60});

/// A port of the loopback that nobody has at the moment. Whoever takes it may come second: who then ends is started
/// again with another one.
[[nodiscard]] std::string free_loopback_port();

}  // namespace mayhem::test
