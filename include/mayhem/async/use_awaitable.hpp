#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/asio_wait.hpp"
#include "mayhem/async/executor.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

/// The completion token with which a coroutine awaits an Asio operation:
/// `co_await socket.async_read_some(buffer, use_awaitable)`.
///
/// Value: what the operation's handler takes, less an error that comes first: nothing, one value, or a tuple of
/// several. They need not be copyable.
///
/// Errors: an `asio::error_code` that comes first is thrown as `asio::system_error`, a `std::exception_ptr` as what it
/// holds. Asio's adapters change that as for any token: `as_tuple(use_awaitable)` (asio_tokens.hpp) returns everything
/// as a tuple, `asio::redirect_error(use_awaitable, ec)` puts the error there.
///
/// Cancellation: cancelling the task cancels the operation (`terminal`), which then ends with
/// `asio::error::operation_aborted`. One that completed at the same moment has its values returned, and the next await
/// throws. With `asio::cancel_after` the operation ends in the same way without anybody having cancelled the task, on
/// the system's time even where the loop's is virtual; `with_timeout` is made for that.
///
/// Lifetime: what the operation uses (a socket, a buffer) outlives the await. It begins when it is awaited.
///
/// Thread: the loop's. An operation that completes on another executor, as with `asio::bind_executor`, brings the
/// coroutine back to the loop.
struct use_awaitable_t {
    /// An executor whose objects need no token: `co_await timer.async_wait()`.
    template <typename Inner>
    struct executor_with_default : Inner {
        using default_completion_token_type = use_awaitable_t;

        template <typename Other>
            requires(!std::same_as<Other, executor_with_default> && std::convertible_to<Other, Inner>)
        executor_with_default(const Other& e) noexcept : Inner(e) {}  // NOLINT(google-explicit-constructor)
    };

    template <typename Object>
    using as_default_on_t =
        typename Object::template rebind_executor<executor_with_default<typename Object::executor_type>>::other;

    /// `object` as one whose operations are awaited unless told otherwise.
    template <typename Object>
    [[nodiscard]] static as_default_on_t<std::decay_t<Object>> as_default_on(Object&& object) {
        return as_default_on_t<std::decay_t<Object>>(std::forward<Object>(object));
    }
};
inline constexpr use_awaitable_t use_awaitable{};

/// The executor of the loop that runs the calling coroutine: what Asio's objects are made with. They may outlive the
/// coroutine. (On whose behalf an operation goes on is known by who awaits it.)
[[nodiscard]] inline executor this_executor() noexcept { return this_loop().get_executor(); }

}  // namespace mayhem::async

/// How Asio asks a token what to do with an operation.
template <typename R, typename... Values>
class asio::async_result<mayhem::async::use_awaitable_t, R(Values...)> {
    using end = mayhem::async::detail::asio_end<std::decay_t<Values>...>;

public:
    using return_type = mayhem::async::awaitable<typename end::value_type>;

    template <typename Initiation, typename... Args>
    static return_type initiate(Initiation initiation, mayhem::async::use_awaitable_t, Args... args) {
        return mayhem::async::detail::run_asio_operation<end>(std::move(initiation), std::move(args)...);
    }
};
