#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/executor.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

template <typename T>
class awaitable;

namespace detail {

/// What who awaits an operation gets of the values with which it completes: none, the one, or a tuple of several.
template <typename... Values>
struct awaited_values {
    using type = std::tuple<Values...>;
    using stored = type;
};
template <>
struct awaited_values<> {
    using type = void;
    using stored = std::tuple<>;
};
template <typename Value>
struct awaited_values<Value> {
    using type = Value;
    using stored = Value;
};

/// How an operation ended: with values, or with an exception.
template <typename... Values>
struct asio_outcome {
    using value_type = typename awaited_values<Values...>::type;

    template <typename... V>
    void store(V&&... v) {
        value.emplace(std::forward<V>(v)...);
    }

    value_type take() {
        if (failure) [[unlikely]] {
            std::rethrow_exception(std::move(failure));
        }
        if constexpr (sizeof...(Values) > 0) {
            return std::move(*value);
        }
    }

    std::exception_ptr failure{};
    std::optional<typename awaited_values<Values...>::stored> value{};
};

/// By the signature of its handler: an error that comes first is thrown, and then the values do not count.
template <typename... Values>
struct asio_end : asio_outcome<Values...> {};

template <typename... Values>
struct asio_end<asio::error_code, Values...> : asio_outcome<Values...> {
    template <typename... V>
    void store(const asio::error_code& ec, V&&... v) {
        if (ec) {
            this->failure = std::make_exception_ptr(asio::system_error(ec));
        } else {
            this->value.emplace(std::forward<V>(v)...);
        }
    }
};

template <typename... Values>
struct asio_end<std::exception_ptr, Values...> : asio_outcome<Values...> {
    template <typename... V>
    void store(std::exception_ptr e, V&&... v) {
        if (e) {
            this->failure = std::move(e);
        } else {
            this->value.emplace(std::forward<V>(v)...);
        }
    }
};

/// An operation of Asio that a branch waits for. Lives in the frame of the coroutine that awaits it.
template <typename End>
struct asio_operation {
    /// The branch goes on: in this step if it is its own, else in the next one, for which no memory is needed.
    void go_on() {
        waiting.signal.slot().clear();
        is_complete = true;
        if (!caller) {
            return;
        }
        if (current_branch == &waiting) [[likely]] {
            waiting.go_on(caller);
        } else {
            waiting.give_way(caller);
        }
    }

    branch& waiting = *current_branch;
    std::coroutine_handle<> caller{};  ///< null until the operation was started
    bool is_complete = false;
    End end{};
};

/// The handler that Asio calls: brings the branch on, on its own executor, also where it was bound to another one.
template <typename End>
class asio_handler {
public:
    using executor_type = executor;
    using cancellation_slot_type = asio::cancellation_slot;

    explicit asio_handler(asio_operation<End>& o) noexcept : operation_(&o) {}

    [[nodiscard]] executor_type get_executor() const noexcept {
        return {operation_->waiting.owner_loop, &operation_->waiting};
    }
    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
        return operation_->waiting.signal.slot();
    }

    template <typename... Values>
    void operator()(Values&&... v) {
        asio_operation<End>& o = *operation_;
        try {
            o.end.store(std::forward<Values>(v)...);
        } catch (...) {
            o.end.failure = std::current_exception();
        }
        if (o.waiting.owner_loop.is_own_thread()) [[likely]] {
            o.go_on();
        } else {
            get_executor().execute([&o] { o.go_on(); });
        }
    }

private:
    asio_operation<End>* operation_;
};

/// Starts the operation, and goes straight on if that completed it.
template <typename End, typename Start>
struct asio_wait {
    using waits_on_branch = void;

    asio_operation<End>& operation;
    Start start;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        start(asio_handler<End>(operation));
        operation.caller = caller;
        return !operation.is_complete;
    }
    void await_resume() const noexcept {}
};

template <typename End, typename Initiation, typename... Args>
awaitable<typename End::value_type> run_asio_operation(Initiation initiation, Args... args) {
    asio_operation<End> operation;
    const auto start = [&](auto handler) { std::move(initiation)(std::move(handler), std::move(args)...); };
    co_await asio_wait<End, decltype(start)>{operation, start};
    co_return operation.end.take();
}

}  // namespace detail
}  // namespace mayhem::async

#include "mayhem/async/awaitable.hpp"
