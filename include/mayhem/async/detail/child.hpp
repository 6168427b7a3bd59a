#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <source_location>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/frame_pool.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/settled.hpp"

namespace mayhem::async::detail {

/// The operations that run beside the coroutine which started them. It must not end before them: it joins the family.
struct family {
    explicit family(branch& p) noexcept : parent(p) {}

    void finish_one() noexcept {
        --running;
        if (running < wake_below && is_joined) {
            parent.wake();
        }
    }

    branch& parent;
    std::size_t running = 0;
    std::size_t wake_below = 1;
    bool is_joined = false;  ///< the parent waits until fewer than that run
};

/// One such operation: a branch of its own below the parent's. Its result stands in the parent's frame; the branch
/// itself exists only while the operation runs, so that an ended one costs a waiting parent nothing.
template <typename T>
class child {
public:
    explicit child(family& f) noexcept : family_(f) {}
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    /// Runs `operation` up to its first wait; how it ends becomes `result`. It begins as `begins`: what is shielded is
    /// not reached by cancellation, unless it is hard. If a sibling that started before it had the parent cancelled, it
    /// never runs. Nor without memory for it: that is its result then, because a sibling that runs already has to be
    /// joined.
    void start(awaitable<T> operation, settled<T>& result) noexcept {
        start(std::move(operation), result, cancel_state::open, family_.parent.deadline);
    }

    /// The same, with a deadline of its own, which somebody else sees to.
    void start(awaitable<T> operation, settled<T>& result, cancel_state begins, clock::time_point deadline) noexcept {
        run* const r = make_run(std::move(operation), result);
        if (r == nullptr) {
            return;
        }
        const bool is_too_late = family_.parent.is_refused() && begins == cancel_state::open;
        r->cancel_is = begins;
        r->deadline = deadline;
        running_ = r;
        ++family_.running;
        const auto on_end = [](branch& b) noexcept { static_cast<run&>(b).finish(); };
        if (is_too_late) {
            r->run_later(r->first, on_end);
            r->cancel(false);
        } else {
            r->run_now(r->first, on_end);
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return running_ == nullptr; }

    /// Asks the operation to end; it must not be done.
    void cancel(bool hard) noexcept { running_->cancel(hard); }

private:
    struct run final : finished_node, branch {
        run(child& c, awaitable<T> o, settled<T>& r)
            : finished_node([](finished_node& self) noexcept { delete static_cast<run*>(&self); }),
              branch(c.family_.parent.owner_loop, c.family_.parent.owner_task, &c.family_.parent),
              self(c),
              result(r),
              operation(std::move(o)),
              first(operation.frame()) {}

        static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
        static void operator delete(void* memory, std::size_t size) noexcept { frame_pool::deallocate(memory, size); }

        void finish() noexcept {
            first.promise().settle(result);
            self.running_ = nullptr;
            leave_parent();
            loop_access::destroy_after_step(owner_loop, *this);
            self.family_.finish_one();
        }

        child& self;
        settled<T>& result;
        awaitable<T> operation;
        const typename awaitable<T>::handle first;  ///< made with the rest: once it is linked, nothing may fail
    };

    /// Destroyed after the step in which it ends.
    [[nodiscard]] run* make_run(awaitable<T> operation, settled<T>& result) noexcept {
        try {
            return new run(*this, std::move(operation), result);
        } catch (...) {
            result.set_error(std::current_exception());
            return nullptr;
        }
    }

    family& family_;
    branch* running_ = nullptr;
};

/// Awaits an operation on the caller's own branch; how it ended becomes a value.
template <typename T>
struct settle_into {
    using waits_on_branch = void;

    awaitable<T>& operation;
    settled<T>& result;

    [[nodiscard]] bool await_ready() const noexcept { return operation.await_ready(); }
    bool await_suspend(std::coroutine_handle<> caller) const { return operation.await_suspend(caller); }
    void await_resume() const noexcept { operation.settle(result); }
};

template <typename T>
settle_into(awaitable<T>&, settled<T>&) -> settle_into<T>;

/// Waits until fewer than `count` children run, whatever happens to the parent. `on_cancel` is what a cancellation of
/// the parent does here; the children have been told already.
[[nodiscard]] inline auto join_until_below(family& f, std::size_t count, const char* what, std::source_location at,
                                           branch::cancel_action on_cancel) {
    return park{what, at,
                [&f, count](branch& b) noexcept {
                    f.is_joined = true;
                    f.wake_below = count;
                    if (f.running < count) {
                        b.wake();
                    }
                },
                on_cancel};
}

/// Waits until all have ended.
[[nodiscard]] inline auto join(family& f, const char* what, std::source_location at, branch::cancel_action on_cancel) {
    return join_until_below(f, 1, what, at, on_cancel);
}

inline void keep_waiting(branch&) noexcept {}

/// Waits until all children have ended or the deadline has come, whichever is first.
[[nodiscard]] inline auto join_until(family& f, clock::time_point deadline, const char* what, std::source_location at,
                                     branch::cancel_action on_cancel) {
    return park{what, at,
                [&f, deadline](branch& b) noexcept {
                    f.is_joined = true;
                    loop_access::add_timer(b, deadline);
                },
                on_cancel};
}

/// Waits until all children have ended, or until `limit` after the parent was asked to end.
[[nodiscard]] inline auto join_at_most_after_cancel(family& f, const clock::duration& limit, std::source_location at) {
    return park{"shield", at,
                [&f, &limit](branch& b) noexcept {
                    f.is_joined = true;
                    b.wait_data = const_cast<clock::duration*>(&limit);
                    if (b.is_asked()) {
                        loop_access::add_timer(b, clock::after(b.owner_loop.now(), limit));
                    }
                },
                [](branch& b) noexcept {
                    const clock::duration& grace = *static_cast<const clock::duration*>(b.wait_data);
                    if (b.timer_slot == branch::no_timer) {
                        loop_access::add_timer(b, clock::after(b.owner_loop.now(), grace));
                    }
                }};
}

}  // namespace mayhem::async::detail
