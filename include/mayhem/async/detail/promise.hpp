#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/frame_pool.hpp"
#include "mayhem/async/settled.hpp"

namespace mayhem::async {

template <typename T>
class awaitable;
struct use_awaitable_t;

namespace detail {

/// What suspends a coroutine together with its branch: `awaitable`, and the waits of the primitives and of Asio's
/// operations. They say so by a member type.
template <typename T>
concept waits_on_branch = requires { typename T::waits_on_branch; };

/// What Asio's token `deferred` makes of an operation.
template <typename T, typename Token>
concept begins_with_token =
    requires(T&& t, Token token) { requires waits_on_branch<decltype(static_cast<T&&>(t)(token))>; };

/// What every coroutine of the project keeps beside its own variables: who awaits it, and what it threw.
///
/// A coroutine starts when it is awaited, on the branch of who awaits it. If it ends without having waited for
/// anything, its caller goes straight on; otherwise the branch goes on with the caller (`branch::go_on`), one frame
/// after the other, so that no chain of completions grows the stack, whatever the compiler makes of a tail call.
class promise_base {
public:
    promise_base() noexcept = default;
    promise_base(const promise_base&) = delete;
    promise_base& operator=(const promise_base&) = delete;

    static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
    static void operator delete(void* memory, std::size_t size) noexcept { frame_pool::deallocate(memory, size); }

    /// The first step of a coroutine whose branch was cancelled throws, and its body never runs.
    struct first_step {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<>) const noexcept {}
        void await_resume() const {
            if (current_branch->is_refused()) [[unlikely]] {
                throw_refused(*current_branch);
            }
        }
    };

    struct last_step {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template <typename Promise>
        void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
            current_branch->next = ended.promise().caller;
        }
        void await_resume() const noexcept {}
    };

    [[nodiscard]] first_step initial_suspend() const noexcept { return {}; }
    [[nodiscard]] last_step final_suspend() const noexcept { return {}; }

    template <typename Awaited>
        requires waits_on_branch<std::remove_cvref_t<Awaited>>
    Awaited&& await_transform(Awaited&& a) const noexcept {
        return static_cast<Awaited&&>(a);
    }

    /// An operation of Asio that begins when it is given a token.
    template <typename Awaited, typename Token = use_awaitable_t>
        requires(!waits_on_branch<std::remove_cvref_t<Awaited>>)
    auto await_transform(Awaited&& a) const {
        static_assert(begins_with_token<Awaited, Token>,
                      "a coroutine of mayhem::async awaits an awaitable, a primitive of mayhem::async, or an operation "
                      "of Asio with use_awaitable or deferred: anything else would resume it without its branch");
        if constexpr (begins_with_token<Awaited, Token>) {
            return static_cast<Awaited&&>(a)(Token{});
        } else {
            return std::suspend_never{};
        }
    }

    void unhandled_exception() noexcept { error = std::current_exception(); }

    std::coroutine_handle<> caller;  ///< goes on when this one has ended; null while the caller still starts it
    std::exception_ptr error;
};

/// What a coroutine returns that has put its value where it belongs.
struct in_its_place {};

template <typename T>
class promise final : public promise_base {
public:
    [[nodiscard]] awaitable<T> get_return_object() noexcept;

    template <typename U = T>
    void return_value(U&& v) {
        value.emplace(std::forward<U>(v));
    }

    /// Ends as the operation did: with its value, or its exception, which is not thrown here.
    template <std::same_as<settled<T>> S>
    void return_value(S&& s) {
        if (s.has_value()) {
            value.emplace(std::move(s).take());
        } else {
            error = s.error();
        }
    }

    /// The value stands there already: see `own_value`.
    template <std::same_as<in_its_place> P>
    void return_value(P&& /*there*/) noexcept {}

    [[nodiscard]] T take() {
        if (error) [[unlikely]] {
            std::rethrow_exception(std::move(error));
        }
        return std::move(*value);
    }

    template <typename Settled>
    void settle(Settled& s) noexcept {
        if (error) {
            s.set_error(std::move(error));
            return;
        }
        try {
            s.set_value(std::move(*value));
        } catch (...) {
            s.set_error(std::current_exception());
        }
    }

    std::optional<T> value;
};

/// Where the awaiting coroutine, an `awaitable<T>`, keeps the value that it will return, so that a large one is not
/// kept twice. Does not suspend.
template <typename T>
struct own_value {
    using waits_on_branch = void;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<promise<T>> mine) noexcept {
        value = &mine.promise().value;
        return false;
    }
    [[nodiscard]] std::optional<T>& await_resume() const noexcept { return *value; }

    std::optional<T>* value = nullptr;
};

template <>
class promise<void> final : public promise_base {
public:
    [[nodiscard]] awaitable<void> get_return_object() noexcept;

    void return_void() const noexcept {}

    void take() {
        if (error) [[unlikely]] {
            std::rethrow_exception(std::move(error));
        }
    }

    template <typename Settled>
    void settle(Settled& s) noexcept {
        if (error) {
            s.set_error(std::move(error));
        } else {
            s.set_value();
        }
    }
};

}  // namespace detail
}  // namespace mayhem::async
