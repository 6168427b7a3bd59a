#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_table.hpp"
#include "drivers/supervised/forked_command.hpp"
#include "mayhem/async/awaitable.hpp"
#include "system/exit_status.hpp"
#include "system/pidfd.hpp"

namespace mayhem::drivers {

/// A command could not be started: "cannot start 'foo': No such file or directory; ...".
class spawn_failed : public std::runtime_error {
public:
    spawn_failed(const std::string& text, int error) : std::runtime_error(text), error_(error) {}

    /// The system's `errno`: ENOENT and EACCES have exit statuses of their own in shells (127 and 126).
    [[nodiscard]] int error() const noexcept { return error_; }

private:
    int error_;
};

/// A command that runs in a process group of its own, and that cannot outlive us, nor can who comes from it.
///
/// Its parent is a guardian (`be_guardian`), our child, which hands its exit status on and ends it when we say so or
/// are gone, with everybody who comes from it: whatever group, session or user they have changed to (a daemon that
/// forks twice, `setsid`, what `su` leaves behind). Who cannot be ended is told by `left`. If somebody kills the
/// guardian, the kernel kills the command (PR_SET_PDEATHSIG), and we its group; `is_unguarded` then says that others
/// may live on.
///
/// The command inherits standard input, output and error, environment and directory; the signal mask is empty and no
/// signal is ignored but those that Mayhem was started with. A terminal is replaced by /dev/null as standard input: the
/// group is in the background, where reading from the terminal would stop it. So Ctrl-C reaches Mayhem and not the
/// command.
///
/// Thread: everything on the one that constructs it.
class child_process {
public:
    /// Forks, and does not wait for more than that: `started` tells whether the child executes `command` (the program
    /// and its arguments). Throws `spawn_failed` when not even that is possible.
    explicit child_process(const std::vector<std::string>& command);

    /// Kills whatever is left, and reaps it (blocks, at most 10 s for what is stuck in the kernel).
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return forked_.command_pid; }
    [[nodiscard]] const system::pidfd& handle() const noexcept { return forked_.command; }

    /// Waits until the command executes; called once, before anything else. Throws `spawn_failed` when it cannot; then
    /// nothing is left of it. Cancelled, it has done nothing: `end` comes next.
    [[nodiscard]] async::awaitable<void> started();

    /// Signals the command's main process. False if its end is known.
    [[nodiscard]] bool signal(int number) const;

    /// Signals every process of the command's group that is left. Safe at any time.
    void signal_group(int number) const noexcept;

    /// Waits until the main process has ended. May be called again. Cancelled, it has done nothing.
    [[nodiscard]] async::awaitable<system::exit_status> wait();

    /// Ends all gracefully: SIGTERM for all who come from the command, SIGKILL for those that live after `grace`;
    /// returns when nobody is left (or cannot be killed: at most `grace` + 10 s). Cancelled during the grace, it has
    /// sent SIGTERM only.
    [[nodiscard]] async::awaitable<void> end(std::chrono::nanoseconds grace, const process_table& table);

    /// After the main process: has all others killed, and reaps the guardian. At most 10 s.
    [[nodiscard]] async::awaitable<void> end_rest();

    /// After `end` or `end_rest`: those who could not be ended and live on, at most `guardian_left_max`.
    [[nodiscard]] const std::vector<pid_t>& left() const noexcept { return left_; }

    /// The guardian was killed before the command's end, so that nobody knows who has left its group and lives on.
    [[nodiscard]] bool is_unguarded() const noexcept { return is_unguarded_; }

private:
    void read_words() noexcept;
    void reap_guardian() noexcept;
    void signal_strays(int number, const process_table& table) const;
    [[nodiscard]] async::awaitable<void> everybody_ends(const process_table& table);
    [[nodiscard]] std::vector<process_info> family(const process_table& table) const;

    std::string program_;
    forked_command forked_;
    std::optional<system::exit_status> status_;  ///< set: the main process has ended
    std::vector<pid_t> left_;
    bool is_unguarded_ = false;
    bool is_guardian_reaped_ = false;
};

}  // namespace mayhem::drivers
