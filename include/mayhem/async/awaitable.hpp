#pragma once

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/promise.hpp"

namespace mayhem::async {

namespace detail {

/// Room in an awaitable for a result that is there without any coroutine.
template <typename T>
struct ready_result {
    static constexpr bool fits = sizeof(std::optional<T>) <= 48;  ///< more would burden every frame that awaits
    struct none {};

    [[no_unique_address]] std::conditional_t<fits, std::optional<T>, none> value;

    [[nodiscard]] bool is_there() const noexcept {
        if constexpr (fits) {
            return value.has_value();
        } else {
            return false;
        }
    }
    T take() { return std::move(*value); }
};

template <>
struct ready_result<void> {
    static constexpr bool fits = true;

    bool value = false;

    [[nodiscard]] bool is_there() const noexcept { return value; }
    void take() const noexcept {}
};

}  // namespace detail

/// What every coroutine of the project returns: one that has not begun, to be awaited once, or handed to
/// `task_group::spawn`, `gather_settled`, `with_timeout` or `shield`. Owns the coroutine's frame; one that is never
/// awaited never runs.
///
/// Runs on the branch of who awaits it and nowhere else, which is why it is our own type and not `asio::awaitable`:
/// that one carries an executor, a cancellation state and a stack of frames of its own for each thread of control, and
/// the branch has all three. A call costs a frame from the pool and a dozen instructions. Every Asio operation can be
/// awaited with the token `use_awaitable`. What waits in another way, such as another library's future, is refused by
/// the compiler: it would resume the coroutine behind the branch's back. Awaiting one twice ends the program with a
/// sentence that names the task.
template <typename T = void>
class [[nodiscard]] awaitable {
public:
    using value_type = T;
    using waits_on_branch = void;
    using promise_type = detail::promise<T>;
    using handle = std::coroutine_handle<promise_type>;

    awaitable() noexcept = default;
    explicit awaitable(handle h) noexcept : frame_(h) {}
    explicit awaitable(detail::ready_result<T> r) noexcept : ready_(std::move(r)) {}
    awaitable(awaitable&& other) noexcept : frame_(std::exchange(other.frame_, {})), ready_(std::move(other.ready_)) {}
    awaitable& operator=(awaitable&& other) noexcept {
        std::swap(frame_, other.frame_);
        std::swap(ready_, other.ready_);
        return *this;
    }
    ~awaitable() {
        if (frame_) {
            frame_.destroy();
        }
    }

    awaitable& operator co_await() && noexcept { return *this; }

    // What the language calls for `co_await`.
    [[nodiscard]] bool await_ready() const noexcept { return ready_.is_there() && --detail::awaits_left >= 0; }
    bool await_suspend(std::coroutine_handle<> caller) {
        if (--detail::awaits_left < 0) [[unlikely]] {
            give_way(caller);
            return true;
        }
        MAYHEM_ASSERT(frame_ && !frame_.done() && !frame_.promise().caller, awaited_once);
        frame_.resume();
        if (frame_.done()) {
            return false;
        }
        frame_.promise().caller = caller;
        return true;
    }
    T await_resume() {
        if constexpr (detail::ready_result<T>::fits) {
            if (ready_.is_there()) {
                return ready_.take();
            }
        }
        return frame_.promise().take();
    }

    /// For who runs the coroutine as the first frame of a branch: makes one of a result that is there already.
    [[nodiscard]] handle frame() {
        if (!frame_) {
            MAYHEM_ASSERT(ready_.is_there(), awaited_once);
            *this = run(std::move(*this));
        }
        return frame_;
    }

private:
    static constexpr const char* awaited_once =
        "a coroutine is awaited once, and by one: this awaitable holds none, or one that was awaited before";

    /// The coroutine begins in a step of its own, at the bottom of the stack. Once is often enough: what follows in
    /// this step has not got more awaits left.
    void give_way(std::coroutine_handle<> caller) noexcept {
        std::coroutine_handle<> next = caller;
        if (!ready_.is_there()) {
            MAYHEM_ASSERT(frame_ && !frame_.done() && !frame_.promise().caller, awaited_once);
            frame_.promise().caller = caller;
            next = frame_;
        }
        detail::current_branch->give_way(next);
    }

    static awaitable run(awaitable self) { co_return co_await std::move(self); }

    handle frame_;
    [[no_unique_address]] detail::ready_result<T> ready_;
};

/// A result that is there already, from a function that is not a coroutine: costs no frame. Awaiting it does not
/// suspend, except that after some hundred awaits that did not the others run first. The function has done its work by
/// then, and an await must not begin after a cancellation, so such a function begins with `throw_if_cancelled()`. For
/// small types: up to five words.
template <typename T>
[[nodiscard]] awaitable<T> ready(T value) noexcept {
    static_assert(detail::ready_result<T>::fits, "return it from a coroutine");
    return awaitable<T>(detail::ready_result<T>{std::move(value)});
}
[[nodiscard]] inline awaitable<void> ready() noexcept { return awaitable<void>(detail::ready_result<void>{true}); }

/// Throws `operation_aborted` if the running task was asked to end and is not in a clean-up: what every await does
/// first.
using detail::throw_if_cancelled;

namespace detail {

template <typename T>
awaitable<T> promise<T>::get_return_object() noexcept {
    return awaitable<T>(std::coroutine_handle<promise>::from_promise(*this));
}

inline awaitable<void> promise<void>::get_return_object() noexcept {
    return awaitable<void>(std::coroutine_handle<promise>::from_promise(*this));
}

}  // namespace detail
}  // namespace mayhem::async

#include "mayhem/async/use_awaitable.hpp"
