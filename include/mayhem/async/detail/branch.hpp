#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"

namespace mayhem::async {

class frame;
class loop;

namespace detail {

class task;

/// Something that the loop will run: a branch to be resumed, or a function. Singly linked into the ready list.
struct ready_node {
    enum class action : bool { run, discard };
    using function = void (*)(ready_node&, action);

    explicit ready_node(function f) noexcept : perform(f) {}

    ready_node* next_ready = nullptr;
    function perform;
};

/// Something that has ended but is still in use until the current step is over, when the loop destroys it.
struct finished_node {
    explicit finished_node(void (*d)(finished_node&) noexcept) noexcept : destroy(d) {}

    finished_node* next_finished = nullptr;
    void (*const destroy)(finished_node&) noexcept;
};

/// A suspended coroutine, type-erased in place: it is one pointer, so there is room without an allocation.
class resumption {
public:
    resumption() noexcept = default;
    resumption(const resumption&) = delete;
    resumption& operator=(const resumption&) = delete;
    ~resumption() { reset(); }

    template <typename Handler>
    void emplace(Handler&& h) noexcept {
        using handler_type = std::decay_t<Handler>;
        static_assert(sizeof(handler_type) <= sizeof(storage_) && alignof(handler_type) <= alignof(void*));
        static_assert(std::is_nothrow_move_constructible_v<handler_type>);
        ::new (static_cast<void*>(storage_)) handler_type(std::forward<Handler>(h));
        operate_ = [](void* where, bool resumes) {
            handler_type* stored = std::launder(static_cast<handler_type*>(where));
            handler_type mine(std::move(*stored));
            stored->~handler_type();
            if (resumes) {
                mine();
            }
        };
    }

    /// Resumes the coroutine; `*this` is empty before it runs.
    void operator()() { std::exchange(operate_, nullptr)(storage_, true); }

    void reset() {
        if (operate_ != nullptr) {
            std::exchange(operate_, nullptr)(storage_, false);
        }
    }

private:
    void (*operate_)(void*, bool) = nullptr;
    alignas(void*) unsigned char storage_[sizeof(void*)];
};

class branch;

/// The branch whose step runs now on this thread; null outside of any.
inline thread_local constinit branch* current_branch = nullptr;

/// One line of execution: a stack of coroutine frames of which only the top one runs or waits. A task is a tree of
/// branches: its own, and one for each child that `gather_settled`, `with_timeout` or `shield` runs beside it.
///
/// A branch waits for at most one thing at a time, so the node with which it stands in a list of waiters, in the
/// timer queue or on the ready list is part of it: waiting never allocates. The loop's thread only.
class branch : public ready_node, public list_hook {
public:
    enum class wait_state : std::uint8_t {
        none,    ///< running, or waiting for an Asio operation
        parked,  ///< waiting for one of our own primitives
        ready,   ///< its wait is over; on the ready list
    };
    using cancel_action = void (*)(branch&);

    branch(async::loop& l, detail::task& t, branch* parent) noexcept;
    ~branch();

    /// Suspends: `h` goes on with the coroutine. `what` and `at` tell `tasks()` what is awaited; `on_cancel` is what a
    /// cancellation does, by default ending the wait with `operation_aborted`.
    template <typename Handler>
    void park(Handler&& h, const char* what, std::source_location at, cancel_action on_cancel = nullptr) noexcept {
        MAYHEM_ASSERT(state == wait_state::none,
                      "a branch waits for one thing at a time: run operations side by side with gather_settled()");
        handler_.emplace(std::forward<Handler>(h));
        begin_wait(what, at, on_cancel);
    }

    /// Puts the first step of the branch on the ready list: `f` runs it.
    template <typename Function>
    void run_later(Function&& f) noexcept {
        handler_.emplace(std::forward<Function>(f));
        begin_wait(nullptr, {}, nullptr);
        end_wait(false);
    }

    /// Runs the first step of the branch inside the current step of its parent.
    template <typename Function>
    void run_now(Function&& f) noexcept {
        branch* const outer = std::exchange(current_branch, this);
        ++resumes;
        std::forward<Function>(f)();
        current_branch = outer;
    }

    /// Ends the wait: out of its list and the timer queue, onto the ready list. Nothing if it is over already.
    void wake() noexcept { end_wait(false); }

    /// Ends the wait with `operation_aborted`.
    void abort_wait() noexcept { end_wait(true); }

    /// Requests cancellation of this branch and of those below it. A masked branch notes it and goes on, unless `hard`.
    void cancel(bool hard) noexcept;

    /// The clean-up of an operation that ran on this branch has ended: a cancellation that it held back arrives now.
    void end_cleanup() noexcept;

    /// An exception leaves `f`.
    void note_unwinding(const frame& f) noexcept;

    /// A child ends: it leaves the tree, and the exception that left it, if any, goes on in the parent.
    void leave_parent() noexcept;

    async::loop& owner_loop;
    detail::task& owner_task;
    branch* parent;  ///< null for a task's own branch, and for a child that has ended
    frame* top = nullptr;

    asio::cancellation_signal signal;
    std::uint32_t resumes = 0;
    std::uint32_t timer_slot = no_timer;  ///< place in the timer queue
    wait_state state = wait_state::none;
    bool cancelled = false;
    bool masked = false;           ///< cancellation is noted but not acted on
    const bool is_under_mask;      ///< began inside a clean-up of its parent, which covers it
    bool aborted = false;          ///< how the wait ended
    const char* awaits = nullptr;  ///< what the top frame waits for, while parked
    std::source_location awaits_at;
    void* wait_data = nullptr;  ///< belongs to the primitive that parked the branch
    std::uint64_t ticks = 0;    ///< time spent running, in cycle_counter ticks

    branch* first_child = nullptr;  ///< newest first; children end before the frame that runs them
    branch* next_sibling = nullptr;

    /// Frames that the last exception passed on its way, innermost first.
    struct traceback {
        std::vector<std::source_location> frames;
        const frame* next = nullptr;
    };
    std::unique_ptr<traceback> unwound;

    static constexpr std::uint32_t no_timer = ~std::uint32_t{0};

private:
    void end_wait(bool aborted) noexcept;
    void begin_wait(const char* what, std::source_location at, cancel_action on_cancel) noexcept;
    static void resume(ready_node& self, action a);

    resumption handler_;
    cancel_action on_cancel_ = nullptr;
};

}  // namespace detail
}  // namespace mayhem::async
