#pragma once

#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/settled.hpp"

namespace mayhem::async::detail {

/// The common part of an operation that runs beside the coroutine which started it: a branch of its own, below that of the
/// parent, whose completion counts down `family::running`.
struct family {
    explicit family(branch& p) noexcept : parent(p) {}

    void finish_one() noexcept {
        --running;
        if (running == 0 && is_joined) {
            parent.wake();
        }
    }

    branch& parent;
    std::size_t running = 0;
    bool is_joined = false;   ///< the parent waits for the end
};

/// An operation run beside its parent. Lives in the parent's frame, which therefore must not end before it: always `join` it.
template <typename T>
class child {
public:
    explicit child(family& f) noexcept : branch_(f.parent.owner_loop, f.parent.owner_task, &f.parent), family_(f) {}

    /// Runs `operation` up to its first wait; one that was cancelled before it could start never runs.
    void start(awaitable<T> operation) {
        ++family_.running;
        const bool is_too_late = branch_.cancelled && !branch_.masked;
        branch_.starting = is_too_late;
        if constexpr (std::is_void_v<T>) {
            asio::co_spawn(executor(branch_.owner_loop, &branch_), std::move(operation), completion{this});
        } else {
            asio::co_spawn(executor(branch_.owner_loop, &branch_), capture(std::move(operation), *this), completion{this});
        }
        if (is_too_late) {
            branch_.signal.emit(asio::cancellation_type::terminal);
        }
    }

    [[nodiscard]] detail::branch& branch() noexcept { return branch_; }
    [[nodiscard]] bool is_done() const noexcept { return is_done_; }
    [[nodiscard]] settled<T>& result() noexcept { return result_; }

private:
    /// Two words, with the branch's slot: what Asio calls when the operation has ended.
    struct completion {
        child* self;

        using executor_type = executor;
        using cancellation_slot_type = asio::cancellation_slot;
        [[nodiscard]] executor_type get_executor() const noexcept {
            return {self->branch_.owner_loop, &self->branch_};
        }
        [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
            return self->branch_.signal.slot();
        }
        void operator()(std::exception_ptr e) const noexcept { self->finish(std::move(e)); }
    };

    static awaitable<void> capture(awaitable<T> operation, child& self) {
        self.result_.set_value(co_await std::move(operation));
    }

    void finish(std::exception_ptr e) noexcept {
        if (e) {
            result_.set_error(std::move(e));
            branch_.hand_traceback_to_parent();
        } else if constexpr (std::is_void_v<T>) {
            result_.set_value();
        }
        is_done_ = true;
        family_.finish_one();
    }

    detail::branch branch_;
    family& family_;
    settled<T> result_;
    bool is_done_ = false;
};

/// Waits until all children have ended, whatever happens to the parent. `on_cancel` is what a cancellation of the
/// parent does here; the children have been told already.
[[nodiscard]] inline awaitable<void> join(family& f, const char* what, std::source_location at,
                                          branch::cancel_action on_cancel) {
    return suspend(
        what, at,
        [&f](branch& b) {
            f.is_joined = true;
            if (f.running == 0) {
                b.wake();
            }
        },
        on_cancel);
}

inline void keep_waiting(branch&) noexcept {}

}  // namespace mayhem::async::detail
