#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace mayhem::drivers {

/// How a supervised command that died is started again.
struct restart_policy {
    /// After the first failure; twice as long after each further one in a row, up to `delay_max`.
    std::chrono::nanoseconds delay_initial = std::chrono::milliseconds{100};
    std::chrono::nanoseconds delay_max = std::chrono::seconds{30};

    /// A life that was ready and lasted this long was no failure, and the back-off begins anew after it.
    std::chrono::nanoseconds stable_after = std::chrono::seconds{5};

    /// So many failures in a row, all within the window, are a crash loop.
    std::size_t crash_loop_deaths = 5;
    std::chrono::nanoseconds crash_loop_window = std::chrono::seconds{60};
};

/// What the policy remembers from one death to the next; begins empty. At most `crash_loop_deaths` moments.
struct restart_state {
    std::size_t failures_in_a_row = 0;
    std::deque<std::chrono::steady_clock::time_point> failed_at;  ///< the last ones, oldest first
    bool is_crash_looping = false;
};

/// One life of the command is over.
struct life_ended {
    std::chrono::steady_clock::time_point at;
    std::chrono::nanoseconds lasted{};
    bool was_ready = false;
    bool on_purpose = false;  ///< Mayhem restarted it: says nothing about the command
};

struct restart_decision {
    restart_state next;
    std::chrono::nanoseconds delay{};  ///< wait so long before the next life
    bool crash_loop_began = false;     ///< reported once, until a stable life ends the loop
};

/// What to do now that a life has ended: `f(state, event)`, pure.
restart_decision decide_restart(const restart_policy& policy, restart_state state, const life_ended& event);

}  // namespace mayhem::drivers
