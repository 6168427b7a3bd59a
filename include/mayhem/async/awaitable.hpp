#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/promise.hpp"

namespace mayhem::async {

namespace detail {

/// Room in an awaitable for a result that is there without any coroutine. Whether there is one is known to the
/// awaitable.
template <typename T>
struct ready_room {
    static constexpr bool fits = sizeof(std::optional<T>) <= 48;  ///< more would burden every frame that awaits

    ready_room() noexcept {}
    ready_room(const ready_room&) = delete;
    ready_room& operator=(const ready_room&) = delete;
    ~ready_room() {}  // NOLINT(modernize-use-equals-default): the union's member may not be there

    union {
        T value;
    };
};
template <typename T>
    requires(std::is_void_v<T> || sizeof(std::optional<std::conditional_t<std::is_void_v<T>, char, T>>) > 48)
struct ready_room<T> {
    static constexpr bool fits = std::is_void_v<T>;
};

/// What an awaitable has to give.
enum class awaitable_state : std::uint8_t {
    nothing,    ///< it is empty, or was moved from
    coroutine,  ///< that has not begun
    begun,      ///< the coroutine has been awaited
    result,     ///< that was there without a coroutine
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
    static_assert(!std::is_reference_v<T>, "a coroutine's result is a value: return a pointer");

public:
    using value_type = T;
    using waits_on_branch = void;
    using promise_type = detail::promise<T>;
    using handle = std::coroutine_handle<promise_type>;

    static constexpr bool can_be_ready = detail::ready_room<T>::fits;

    awaitable() noexcept = default;
    explicit awaitable(handle h) noexcept : frame_(h), state_(state::coroutine) {}
    template <typename... Value>
    explicit awaitable(std::in_place_t, Value&&... v) noexcept : state_(state::result) {
        if constexpr (!std::is_void_v<T>) {
            std::construct_at(&ready_.value, std::forward<Value>(v)...);
        }
    }
    awaitable(awaitable&& other) noexcept
        : frame_(std::exchange(other.frame_, {})), state_(std::exchange(other.state_, state::nothing)) {
        if constexpr (can_be_ready && !std::is_void_v<T>) {
            if (state_ == state::result) {
                std::construct_at(&ready_.value, std::move(other.ready_.value));
                std::destroy_at(&other.ready_.value);
            }
        }
    }
    awaitable& operator=(awaitable&& other) noexcept {
        if (this != &other) {
            std::destroy_at(this);
            std::construct_at(this, std::move(other));
        }
        return *this;
    }
    ~awaitable() {
        if (frame_) {
            frame_.destroy();
        }
        if constexpr (can_be_ready && !std::is_trivially_destructible_v<stored>) {
            if (state_ == state::result) {
                std::destroy_at(&ready_.value);
            }
        }
    }

    awaitable& operator co_await() && noexcept { return *this; }

    // What the language calls for `co_await`.
    [[nodiscard]] bool await_ready() const noexcept {
        if (state_ == state::coroutine) [[likely]] {
            return false;
        }
        MAYHEM_ASSERT(
            state_ == state::result,
            "a coroutine is awaited once, and by one: this awaitable holds none, or one that was awaited before");
        return --detail::awaits_left >= 0;
    }
    bool await_suspend(std::coroutine_handle<> caller) {
        if (--detail::awaits_left < 0) [[unlikely]] {
            give_way(caller);
            return true;
        }
        state_ = state::begun;
        frame_.resume();
        if (frame_.done()) {
            return false;
        }
        frame_.promise().caller = caller;
        return true;
    }
    T await_resume() {
        if constexpr (can_be_ready) {
            if (state_ == state::result) {
                if constexpr (std::is_void_v<T>) {
                    return;
                } else {
                    return std::move(ready_.value);
                }
            }
        }
        return frame_.promise().take();
    }

    /// As `await_resume`, for who wants to have an exception as a value.
    template <typename Settled>
    void settle(Settled& s) noexcept {
        if constexpr (can_be_ready) {
            if (state_ == state::result) {
                if constexpr (std::is_void_v<T>) {
                    s.set_value();
                } else {
                    s.set_value(std::move(ready_.value));
                }
                return;
            }
        }
        frame_.promise().settle(s);
    }

    /// For who runs the coroutine as the first frame of a branch: makes one of a result that is there already.
    [[nodiscard]] handle frame() {
        if (state_ != state::coroutine) [[unlikely]] {
            become_coroutine();
        }
        state_ = state::begun;
        return frame_;
    }

private:
    using state = detail::awaitable_state;
    using stored = std::conditional_t<std::is_void_v<T>, char, T>;

    /// The coroutine begins in a step of its own, at the bottom of the stack.
    [[gnu::cold]] void give_way(std::coroutine_handle<> caller) noexcept {
        std::coroutine_handle<> next = caller;
        if (state_ != state::result) {
            state_ = state::begun;
            frame_.promise().caller = caller;
            next = frame_;
        }
        detail::current_branch->give_way(next);
    }

    [[gnu::cold, gnu::noinline]] void become_coroutine() {
        (void)await_ready();  // else it says what is wrong
        *this = run(std::move(*this));
    }
    static awaitable run(awaitable self) { co_return co_await std::move(self); }

    handle frame_;
    state state_ = state::nothing;
    [[no_unique_address]] detail::ready_room<T> ready_;
};

/// A result that is there already, from a function that is not a coroutine: costs no frame. Awaiting it does not
/// suspend, except that after some hundred awaits that did not the others run first. The function has done its work by
/// then, and an await must not begin after a cancellation, so such a function begins with `throw_if_cancelled()`. For
/// small types: up to five words.
template <typename T>
[[nodiscard]] awaitable<T> ready(T value) noexcept {
    static_assert(awaitable<T>::can_be_ready, "return it from a coroutine");
    return awaitable<T>(std::in_place, std::move(value));
}
[[nodiscard]] inline awaitable<void> ready() noexcept { return awaitable<void>(std::in_place); }

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
