#pragma once

#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"

namespace mayhem::async::detail {

/// The one way in which every primitive waits: what `co_await park{...}` suspends goes on once somebody has called
/// `branch::wake`. `prepare(branch&)` runs once the branch is parked, to put it where it will be found; it must not
/// suspend, may wake it at once, and does not throw: a branch that is parked is found by somebody.
///
/// For the inside of a primitive's own coroutine. A wait that was aborted returns, too: `throw_if_aborted` comes next
/// wherever `on_cancel` is null.
template <typename Prepare>
struct park {
    static_assert(std::is_nothrow_invocable_v<Prepare&, branch&>, "what may fail comes before the wait");
    using waits_on_branch = void;

    const char* what;
    std::source_location at;
    Prepare prepare;
    branch::cancel_action on_cancel = nullptr;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        branch& b = *current_branch;
        b.park(waiting, what, at, on_cancel);
        prepare(b);
    }
    void await_resume() const noexcept {}
};

template <typename Prepare>
park(const char*, std::source_location, Prepare) -> park<Prepare>;
template <typename Prepare>
park(const char*, std::source_location, Prepare, branch::cancel_action) -> park<Prepare>;

/// Throws `operation_aborted` if the wait that has just ended was aborted.
inline void throw_if_aborted() {
    if (current_branch->aborted) [[unlikely]] {
        throw_aborted();
    }
}

/// What a `wait` prepares that waits for nothing but its turn: nothing.
struct next_turn {
    void operator()(branch&) const noexcept {}
};

/// A primitive that is nothing but a wait: awaited where it stands it needs no frame of its own, and everywhere else it
/// turns into a coroutine.
template <typename Prepare>
class [[nodiscard]] wait {
    static_assert(std::is_nothrow_invocable_v<Prepare&, branch&>, "what may fail comes before the wait");

public:
    using value_type = void;
    using waits_on_branch = void;

    wait(const char* what, std::source_location at, Prepare prepare) noexcept
        : what_(what), at_(at), prepare_(prepare) {}

    [[nodiscard]] bool await_ready() const {
        throw_if_cancelled_now();
        return false;
    }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        branch& b = *current_branch;
        if (awaits_left < 0 && b.is_refused()) [[unlikely]] {
            b.refuse_later(waiting, what_, at_);
            return;
        }
        if constexpr (std::is_same_v<Prepare, next_turn>) {
            b.give_way(waiting, at_);
        } else {
            b.park(waiting, what_, at_, nullptr);
            prepare_(b);
        }
    }
    void await_resume() const { throw_if_aborted(); }

    operator awaitable<void>() && { return run_alone(*this); }  // NOLINT(google-explicit-constructor)

private:
    static awaitable<void> run_alone(wait w) { co_await w; }

    const char* what_;
    std::source_location at_;
    Prepare prepare_;
};

}  // namespace mayhem::async::detail
