#pragma once

#include <cstddef>
#include <source_location>
#include <utility>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/kept_memory.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_name.hpp"

namespace mayhem::async {

template <typename T>
class awaitable;
struct task_failure;

namespace detail {

/// What the primitives need of the loop and its users do not.
struct loop_access {
    static void add_timer(branch& b, clock::time_point deadline) noexcept { b.owner_loop.add_timer(b, deadline); }

    /// From any thread. `m` stays until `b` goes on, and makes it certain that it does.
    static void wake_from_outside(loop& l, branch& b, kept_memory& m) noexcept {
        asio::post(l.context_, with_memory(m, [&l, &b] {
                       auto wake = [&b] { b.wake(); };
                       l.step(nullptr, wake);
                   }));
    }

    static intrusive_list<task_group>& groups(loop& l) noexcept { return l.groups_; }
    static intrusive_list<task>& tasks(task_group& g) noexcept;

    /// As `task_group::spawn`; the task lives until the step in which it ends is over.
    static task& start(task_group& g, task_name name, awaitable<void> body, std::source_location at);

    /// One that happened outside of a task of `g`.
    static void take_failure(task_group& g, const task_failure& f);

    static void destroy_after_step(loop& l, finished_node& n) noexcept {
        n.next_finished = std::exchange(l.finished_, &n);
    }

    /// Any thread. See `loop_monitor`.
    static std::uint64_t turn_mark(const loop& l) noexcept {
        return l.monitor_.turn_mark_.load(std::memory_order_relaxed);
    }

    /// Sends a signal to the thread that runs the loop; false if none does. Any thread.
    static bool interrupt(loop& l, int signal_number);

    /// What is still registered; all zero when nothing is pending. For tests.
    static std::size_t timers(const loop& l) noexcept { return l.timers_.size(); }
    static std::size_t branches(const loop& l) noexcept { return l.branches_; }
    static bool has_ready(const loop& l) noexcept { return l.ready_head_ != nullptr; }
};

}  // namespace detail
}  // namespace mayhem::async
