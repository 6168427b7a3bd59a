#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <source_location>
#include <utility>
#include <vector>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/detail/cancel_state.hpp"
#include "mayhem/async/detail/cancellation.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"
#include "mayhem/async/detail/ready_node.hpp"

namespace mayhem::async {

class frame;
class loop;
class task_group;

namespace detail {

class task;

class branch;

/// The branch whose step runs now on this thread; null outside of any.
inline thread_local constinit branch* current_branch = nullptr;

/// How many awaits that need no wait a step may have; then the others that are ready run first. So no task keeps the
/// loop for itself, and no number of coroutines that await one another uses up the stack, for each of them begins on
/// it.
inline constexpr int awaits_a_step = 256;

/// How many of them the running step has left; below zero it is to give way.
inline thread_local constinit int awaits_left = awaits_a_step;

/// The branch whose step runs; for what makes no sense elsewhere.
[[nodiscard]] inline branch& this_branch() noexcept {
    MAYHEM_ASSERT(current_branch != nullptr, "this is for coroutines that run in a task group");
    return *current_branch;
}

/// What a task has cost so far: on all its branches, those that have ended included.
struct effort {
    std::uint64_t ticks = 0;  ///< time that its steps held the loop, in cycle_counter ticks
    std::uint64_t resumes = 0;
};

/// One line of execution: a stack of coroutine frames of which only the top one runs or waits. A task is a tree of
/// branches: its own, and one for each child that `gather_settled`, `with_timeout` or `shield` runs beside it.
///
/// A branch waits for at most one thing at a time, so the node with which it stands in a list of waiters, in the
/// timer queue or on the ready list is part of it, or kept for it: waiting never allocates. The loop's thread only.
class branch : public ready_node, public list_hook {
public:
    enum class wait_state : std::uint8_t {
        none,    ///< running, or waiting for an Asio operation
        parked,  ///< waiting for one of our own primitives
        ready,   ///< its wait is over; on the ready list
    };
    using cancel_action = void (*)(branch&) noexcept;
    using end_action = void (*)(branch&) noexcept;

    branch(async::loop& l, detail::task& t, branch* parent);
    ~branch();

    /// The branch that `n` is; null for a function.
    [[nodiscard]] static const branch* of(const ready_node& n) noexcept {
        return n.perform == &branch::resume ? static_cast<const branch*>(&n) : nullptr;
    }

    /// Suspends the branch, which goes on with `waiting`. `what` and `at` tell `tasks()` what is awaited; `on_cancel`
    /// is what a cancellation does, by default ending the wait with `operation_aborted`.
    void park(std::coroutine_handle<> waiting, const char* what, std::source_location at,
              cancel_action on_cancel) noexcept {
        MAYHEM_ASSERT(state == wait_state::none,
                      "a branch waits for one thing at a time: run operations side by side with gather_settled()");
        next = waiting;
        begin_wait(what, at, on_cancel);
    }

    /// Suspends the branch, which goes on with `waiting` once all the others that are ready have taken a step. `at` is
    /// where that is awaited, if it is.
    void give_way(std::coroutine_handle<> waiting, std::source_location at = {}) noexcept {
        next = waiting;
        stand_ready(at);
    }

    /// Suspends the branch, whose cancellation refuses a wait, until it is its turn to be told so.
    void refuse_later(std::coroutine_handle<> waiting, const char* what, std::source_location at) noexcept {
        park(waiting, what, at, nullptr);
        abort_wait();
    }

    /// Whether a cancellation makes each await throw.
    [[nodiscard]] bool is_refused() const noexcept { return detail::is_refused(cancel_is); }

    /// Whether somebody has asked it to end, held back or not.
    [[nodiscard]] bool is_asked() const noexcept { return detail::is_asked(cancel_is); }

    [[nodiscard]] bool holds_back() const noexcept { return detail::holds_back(cancel_is); }

    /// Puts the first step of the branch on the ready list. `first` is the frame at its bottom; once that has ended,
    /// the branch calls `on_end`, and does nothing more.
    void run_later(std::coroutine_handle<> first, end_action on_end) noexcept {
        first_ = first;
        on_end_ = on_end;
        next = first;
        stand_ready({});
    }

    /// Runs the first step of the branch inside the current step of its parent.
    void run_now(std::coroutine_handle<> first, end_action on_end) noexcept {
        branch* const outer = std::exchange(current_branch, this);
        first_ = first;
        on_end_ = on_end;
        ++spent.resumes;
        go_on(first);
        current_branch = outer;
    }

    /// Runs `h` up to its next wait; when it ends, what awaited it, and so on. The branch must be the current one.
    void go_on(std::coroutine_handle<> h) noexcept {
        do {
            next = nullptr;
            h.resume();
            h = state == wait_state::none ? next : nullptr;
        } while (h);
        if (first_.done()) {
            on_end_(*this);
        }
    }

    /// Ends the wait: out of its list and the timer queue, onto the ready list. Nothing if it is over already.
    void wake() noexcept { end_wait(false); }

    /// Ends the wait with `operation_aborted`.
    void abort_wait() noexcept { end_wait(true); }

    /// Requests cancellation of this branch and of those below it. One that holds it back notes it and goes on, unless
    /// it is `hard`.
    void cancel(bool hard) noexcept;

    /// An operation that ran on this branch has ended, which began when it was as `before`: a clean-up that it began is
    /// over, and a cancellation that this held back arrives now.
    void end_operation(cancel_state before) noexcept { cancel_is = after_operation(before, cancel_is); }

    /// An exception leaves `f`. Where there is no memory for that, the traceback lacks the frame.
    void note_unwinding(const frame& f) noexcept;

    /// A child ends: it leaves the tree, and the exception that left it, if any, goes on in the parent.
    void leave_parent() noexcept;

    async::loop& owner_loop;
    detail::task& owner_task;
    effort& spent;   ///< the task's
    branch* parent;  ///< null for a task's own branch, and for a child that has ended
    frame* top = nullptr;

    asio::cancellation_signal signal;
    std::uint32_t timer_slot = no_timer;  ///< place in the timer queue
    std::uint32_t refusals = 0;           ///< awaits that threw because of a cancellation
    wait_state state = wait_state::none;
    cancel_state cancel_is = cancel_state::open;
    const bool is_covered;         ///< began while its parent held cancellations back, and with it they are
    bool aborted = false;          ///< how the wait ended
    const char* awaits = nullptr;  ///< what the top frame waits for, while parked
    std::source_location awaits_at;
    void* wait_data = nullptr;                              ///< belongs to the primitive that parked the branch
    clock::time_point deadline = clock::time_point::max();  ///< the earliest of the `with_timeout`s around it

    /// The frame with which the branch goes on: while it is parked, what waits; while it runs, what awaits the frame
    /// that has just ended.
    std::coroutine_handle<> next;

    branch* first_child = nullptr;  ///< newest first; children end before the frame that runs them
    branch* next_sibling = nullptr;
    task_group* groups = nullptr;  ///< opened here by `with_group`, newest first

    /// Frames that the last exception passed on its way, innermost first.
    struct traceback {
        std::vector<std::source_location> frames;
        const frame* next = nullptr;
    };
    std::unique_ptr<traceback> unwound;

    static constexpr std::uint32_t no_timer = ~std::uint32_t{0};

private:
    /// Waits for its turn and for nothing else.
    void stand_ready(std::source_location at) noexcept;
    void end_wait(bool aborted) noexcept;
    void begin_wait(const char* what, std::source_location at, cancel_action on_cancel) noexcept;
    static void resume(ready_node& self, action a);

    std::coroutine_handle<> first_;
    end_action on_end_ = nullptr;
    cancel_action on_cancel_ = nullptr;
};

/// Makes `b` the branch whose step runs.
inline void enter(branch* b) noexcept {
    current_branch = b;
    awaits_left = awaits_a_step;
    if (b != nullptr) {
        ++b->spent.resumes;
    }
}

/// Throws `operation_aborted` for an await that a cancellation refuses; counts, since a task may go on for ever like
/// that.
[[noreturn]] void throw_refused(branch& b);

/// Throws `operation_aborted` if the running branch was asked to end and is not in a clean-up. Outside of any branch
/// nobody asks.
inline void throw_if_cancelled() {
    branch* const b = current_branch;
    if (b != nullptr && b->is_refused()) [[unlikely]] {
        throw_refused(*b);
    }
}

/// The same at the beginning of a wait that can give way instead, and is to do so with `refuse_later` when it returns:
/// every so often the others come first.
inline void throw_if_cancelled_now() {
    branch& b = *current_branch;
    if (b.is_refused() && --awaits_left >= 0) [[unlikely]] {
        throw_refused(b);
    }
}

}  // namespace detail
}  // namespace mayhem::async
