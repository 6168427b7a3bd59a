#pragma once

#include <coroutine>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/executor.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

/// The completion token with which a coroutine awaits an Asio operation:
/// `co_await socket.async_read_some(buffer, use_awaitable)`. Throws `asio::system_error` when the operation ends with
/// an error. Cancelling the task cancels the operation (`terminal`), which then ends with
/// `asio::error::operation_aborted`. For operations whose handlers take `(asio::error_code)` or
/// `(asio::error_code, value)`.
struct use_awaitable_t {};
inline constexpr use_awaitable_t use_awaitable{};

/// The executor of the loop that runs the calling coroutine: what Asio's objects are made with. They may outlive the
/// coroutine. (On whose behalf an operation goes on is known by who awaits it.)
[[nodiscard]] inline executor this_executor() noexcept { return this_loop().get_executor(); }

namespace detail {

/// An operation of Asio that a branch waits for. Lives in the frame of the coroutine that awaits it.
template <typename T>
struct asio_outcome {
    branch& waiting = *current_branch;
    std::coroutine_handle<> caller{};  ///< null until the operation was started
    bool is_complete = false;
    asio::error_code error{};
    std::optional<T> value{};
};

/// The handler that Asio calls: brings the branch on, on its own executor.
template <typename T>
class asio_handler {
public:
    using executor_type = executor;
    using cancellation_slot_type = asio::cancellation_slot;

    explicit asio_handler(asio_outcome<T>& o) noexcept : outcome_(&o) {}

    [[nodiscard]] executor_type get_executor() const noexcept {
        return {outcome_->waiting.owner_loop, &outcome_->waiting};
    }
    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
        return outcome_->waiting.signal.slot();
    }

    template <typename... Values>
    void operator()(asio::error_code ec, Values&&... v) {
        asio_outcome<T>& o = *outcome_;
        MAYHEM_ASSERT(current_branch == &o.waiting,
                      "an operation completes on the executor of its handler (asio::get_associated_executor)");
        o.waiting.signal.slot().clear();
        o.error = ec;
        o.value.emplace(std::forward<Values>(v)...);
        o.is_complete = true;
        if (o.caller) {
            o.waiting.go_on(o.caller);
        }
    }

private:
    asio_outcome<T>* outcome_;
};

/// Starts the operation, and goes straight on if that completed it.
template <typename T, typename Start>
struct asio_wait {
    using waits_on_branch = void;

    asio_outcome<T>& outcome;
    Start start;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        start(asio_handler<T>(outcome));
        outcome.caller = caller;
        return !outcome.is_complete;
    }
    void await_resume() const noexcept {}
};

template <typename... Values>
struct asio_result;
template <>
struct asio_result<> {
    using type = void;
    using stored = std::tuple<>;
};
template <typename T>
struct asio_result<T> {
    using type = T;
    using stored = T;
};

template <typename... Values, typename Initiation, typename... Args>
awaitable<typename asio_result<Values...>::type> run_asio_operation(Initiation initiation, Args... args) {
    asio_outcome<typename asio_result<Values...>::stored> outcome;
    const auto start = [&](auto handler) { std::move(initiation)(std::move(handler), std::move(args)...); };
    co_await asio_wait<typename asio_result<Values...>::stored, decltype(start)>{outcome, start};
    if (outcome.error) {
        throw asio::system_error(outcome.error);
    }
    if constexpr (sizeof...(Values) > 0) {
        co_return std::move(*outcome.value);
    }
}

}  // namespace detail
}  // namespace mayhem::async

/// How Asio asks a token what to do with an operation.
template <typename R, typename... Values>
class asio::async_result<mayhem::async::use_awaitable_t, R(asio::error_code, Values...)> {
public:
    template <typename Initiation, typename... Args>
    static auto initiate(Initiation initiation, mayhem::async::use_awaitable_t, Args... args) {
        return mayhem::async::detail::run_asio_operation<std::decay_t<Values>...>(std::move(initiation),
                                                                                  std::move(args)...);
    }
};
