#pragma once

#include <source_location>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async::detail {

/// What the primitives need of the loop and its users do not.
struct loop_access {
    static void add_timer(branch& b, clock::time_point deadline) { b.owner_loop.add_timer(b, deadline); }
    static intrusive_list<task_group>& groups(loop& l) noexcept { return l.groups_; }
    static intrusive_list<task>& tasks(task_group& g) noexcept;

    /// What is still registered; all zero when nothing is pending. For tests.
    static std::size_t timers(const loop& l) noexcept { return l.timers_.size(); }
    static std::size_t branches(const loop& l) noexcept { return l.branches_; }
    static bool has_ready(const loop& l) noexcept { return l.ready_head_ != nullptr; }
};

/// Waits until all children have ended or the deadline has come, whichever is first.
[[nodiscard]] inline awaitable<void> join_until(family& f, clock::time_point deadline, const char* what,
                                                std::source_location at, branch::cancel_action on_cancel) {
    return suspend(
        what, at,
        [&f, deadline](branch& b) {
            f.is_joined = true;
            loop_access::add_timer(b, deadline);
        },
        on_cancel);
}

/// Waits until all children have ended, or until `limit` after the parent was asked to end.
[[nodiscard]] inline awaitable<void> join_at_most_after_cancel(family& f, const clock::duration& limit,
                                                               std::source_location at) {
    return suspend(
        "shield", at,
        [&f, &limit](branch& b) {
            f.is_joined = true;
            b.wait_data = const_cast<clock::duration*>(&limit);
            if (b.cancelled) {
                loop_access::add_timer(b, clock::after(b.owner_loop.now(), limit));
            }
        },
        [](branch& b) {
            const clock::duration& grace = *static_cast<const clock::duration*>(b.wait_data);
            if (b.timer_slot == branch::no_timer) {
                loop_access::add_timer(b, clock::after(b.owner_loop.now(), grace));
            }
        });
}

}  // namespace mayhem::async::detail
