#pragma once

#include <algorithm>
#include <optional>
#include <source_location>
#include <utility>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

namespace detail {

template <typename T>
awaitable<std::optional<typename settled<T>::value_type>> run_with_timeout(awaitable<T> operation,
                                                                           clock::duration limit,
                                                                           std::source_location at) {
    const frame here{at};
    branch& self = *current_branch;
    const clock::time_point deadline = clock::after(self.owner_loop.now(), limit);
    family family{self};
    settled<T> result;
    child<T> timed{family};

    timed.start(std::move(operation), result, cancel_state::open, std::min(deadline, self.deadline));
    bool expired = false;
    if (!timed.is_done()) {
        co_await join_until(family, deadline, "with_timeout", at, &keep_waiting);
    }
    if (!timed.is_done()) {
        expired = true;
        timed.cancel(false);
        co_await join(family, "with_timeout, for the cancelled operation", at, &keep_waiting);
    }
    if (expired && is_cancellation(result.error())) {
        co_return std::nullopt;
    }
    result.rethrow_if_failed();
    co_return std::move(result).take();
}

}  // namespace detail

/// Runs `operation` for at most `limit` and returns its value, or nothing if the time ran out: then the operation has
/// been cancelled *and has ended*. It counts as expired only if the timer really won: an operation that completes in
/// spite of the late cancellation has its value returned, so that nothing it took from a queue is lost. Its own
/// exceptions pass through. For `void` the value is `std::monostate`: test the result like a bool.
///
/// Cancelling the caller cancels the operation and waits for it. The operation may ask how long it has (`time_left`).
template <typename Operation>
[[nodiscard]] auto with_timeout(Operation operation, clock::duration limit,
                                std::source_location at = std::source_location::current())
    -> awaitable<std::optional<typename settled<typename Operation::value_type>::value_type>> {
    return detail::run_with_timeout<typename Operation::value_type>(std::move(operation), limit, at);
}

}  // namespace mayhem::async
