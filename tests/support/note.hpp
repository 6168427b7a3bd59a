#pragma once

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"

namespace mayhem::test {

/// Awaits `operation` and notes how it ended instead of failing the task.
template <typename T>
async::awaitable<void> note(std::type_identity_t<async::awaitable<T>> operation, async::settled<T>& outcome) {
    const async::frame here;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            outcome.set_value();
        } else {
            outcome.set_value(co_await std::move(operation));
        }
    } catch (...) {
        outcome.set_error(std::current_exception());
    }
}

/// True if the operation ended because it was cancelled.
template <typename T>
[[nodiscard]] bool was_cancelled(const async::settled<T>& outcome) {
    return async::is_cancellation(outcome.error());
}

/// `what()` of the exception; empty if there is none.
[[nodiscard]] inline std::string message_of(const std::exception_ptr& error) {
    if (!error) {
        return {};
    }
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    }
}

}  // namespace mayhem::test
