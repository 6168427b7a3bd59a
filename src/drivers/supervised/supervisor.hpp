#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_table.hpp"
#include "drivers/supervised/child_process.hpp"
#include "drivers/supervised/restart_policy.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"

namespace mayhem::drivers {

struct supervisor_settings {
    std::vector<std::string> command;  ///< the program and its arguments
    restart_policy policy = {};

    /// The command counts as ready once it has run this long.
    std::chrono::nanoseconds ready_after{0};

    /// At the end: from SIGTERM to SIGKILL.
    std::chrono::nanoseconds end_grace = std::chrono::seconds{5};
};

/// One life of the command.
struct supervised_life {
    std::uint64_t number = 0;  ///< counted from 1
    pid_t pid = 0;
    std::string incarnation;  ///< as of the process driver
    async::clock::time_point started_at{};
};

/// What the supervisor has to tell, for whoever logs.
struct supervisor_event {
    enum class kind {
        started,
        ended,         ///< `how`, `lasted`, and `restart_in` until the next life
        start_failed,  ///< `how`, `restart_in`; the first start's failure is thrown instead
        left_behind,   ///< `how` names who came from the command and could not be ended
        crash_loop,    ///< after the `ended` or `start_failed` that made it one; restarts go on, at the longest delays
    };
    kind what = kind::started;
    supervised_life life;
    std::string how;          ///< "killed by SIGKILL", "exited with status 3", "cannot start 'x': ..."
    bool on_purpose = false;  ///< it was Mayhem that ended it
    std::chrono::nanoseconds lasted{};
    std::chrono::nanoseconds restart_in{};
};

/// Keeps one command alive: starts it, starts it again when it dies (`restart_policy`), and ends it with everybody who
/// comes from it when cancelled. When the main process dies, all others are killed before the next life begins.
///
/// `on_event` must not throw and is called on the loop. The table and what the callback uses outlive the supervisor.
/// Thread: the main thread, which must run the loop (`child_process`).
class supervisor {
public:
    /// Throws `std::invalid_argument` for an empty command.
    supervisor(supervisor_settings settings, const process_table& table,
               std::function<void(const supervisor_event&)> on_event);

    /// Runs until it is cancelled; then ends all (SIGTERM, `end_grace`, SIGKILL) and returns only after it is
    /// gone, with the cancellation as its exception. Throws `spawn_failed` if the first start fails. Called once.
    [[nodiscard]] async::awaitable<void> run();

    /// The life that runs now, ready or not.
    [[nodiscard]] const supervised_life* current() const noexcept { return current_ ? &*current_ : nullptr; }

    /// Whether the current life is ready.
    [[nodiscard]] bool is_ready() const;

    /// Where to send a signal.
    enum class scope {
        main_process,  ///< as a crash; the supervisor then kills the rest of the group
        whole_group,   ///< as Ctrl-C in a terminal
    };

    /// Signals the current life, which thereby counts as ended on purpose. False if none runs. Throws
    /// `core::restart_failed` when that is not permitted: it is another user's by now.
    bool signal(int number, scope whom);

    /// Waits until the given life is over, at once if it is.
    [[nodiscard]] async::awaitable<void> life_ends(std::uint64_t number);

    [[nodiscard]] const std::vector<std::string>& command() const noexcept { return settings_.command; }
    [[nodiscard]] std::uint64_t lives() const noexcept { return lives_; }
    [[nodiscard]] bool is_crash_looping() const noexcept { return state_.is_crash_looping; }

private:
    [[nodiscard]] async::awaitable<void> keep_alive();
    [[nodiscard]] async::awaitable<std::chrono::nanoseconds> live_once();
    [[nodiscard]] async::awaitable<void> start();
    void tell_left();
    std::chrono::nanoseconds settle(supervisor_event::kind what, std::string how);

    const supervisor_settings settings_;
    const process_table& table_;
    const std::function<void(const supervisor_event&)> on_event_;
    restart_state state_;
    std::uint64_t lives_ = 0;
    bool on_purpose_ = false;
    std::unique_ptr<child_process> child_;
    std::optional<supervised_life> current_;
};

}  // namespace mayhem::drivers
