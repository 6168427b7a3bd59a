#include "drivers/supervised/restart_policy.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::drivers {

namespace {

std::chrono::nanoseconds back_off(const restart_policy& policy, std::size_t failures_in_a_row) {
    std::chrono::nanoseconds delay = policy.delay_initial;
    for (std::size_t i = 1; i < failures_in_a_row && delay < policy.delay_max; ++i) {
        delay = delay > policy.delay_max / 2 ? policy.delay_max : delay * 2;
    }
    return std::min(delay, policy.delay_max);
}

void remember_failure(const restart_policy& policy, restart_state& state, const life_ended& event) {
    ++state.failures_in_a_row;
    state.failed_at.push_back(event.at);
    while (state.failed_at.size() > policy.crash_loop_deaths ||
           (!state.failed_at.empty() && event.at - state.failed_at.front() > policy.crash_loop_window)) {
        state.failed_at.pop_front();
    }
}

}  // namespace

restart_decision decide_restart(const restart_policy& policy, restart_state state, const life_ended& event) {
    restart_decision decision;
    const bool was_stable = event.was_ready && event.lasted >= policy.stable_after;
    if (was_stable) {
        state = {};
    }
    if (!event.on_purpose) {
        decision.delay = policy.delay_initial;
    }
    if (!event.on_purpose && !was_stable) {
        remember_failure(policy, state, event);
        decision.delay = back_off(policy, state.failures_in_a_row);
        const bool is_loop = policy.crash_loop_deaths > 0 && state.failed_at.size() >= policy.crash_loop_deaths;
        decision.crash_loop_began = is_loop && !state.is_crash_looping;
        state.is_crash_looping = state.is_crash_looping || is_loop;
    }
    decision.next = std::move(state);
    return decision;
}

}  // namespace mayhem::drivers
