#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

namespace detail {

template <typename T>
awaitable<std::vector<settled<T>>> gather_range(std::vector<awaitable<T>> operations, std::size_t at_most) {
    const frame here;
    family all{*current_branch};
    std::vector<settled<T>> results(operations.size());
    std::deque<child<T>> children;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        children.emplace_back(all);
    }

    for (std::size_t i = 0; i < operations.size(); ++i) {
        while (all.running >= at_most) {
            co_await join_until_below(all, at_most, "gather, for a place", here.at(), &keep_waiting);
        }
        children[i].start(std::move(operations[i]), results[i]);
    }
    while (all.running > 0) {
        co_await join(all, "gather", here.at(), &keep_waiting);
    }
    co_return results;
}

}  // namespace detail

/// As `gather_settled` of so many arguments, for operations whose number is known when it runs: at most `at_most` of
/// them run at a time (one at least), in the order given; waits for all and returns how each ended, in that order.
///
/// Cancelling the caller cancels those that run and lets no other begin, and all are still awaited: the results are
/// returned even then, and the caller's next await throws.
template <typename T>
[[nodiscard]] awaitable<std::vector<settled<T>>> gather_settled(
    std::vector<awaitable<T>> operations, std::size_t at_most = std::numeric_limits<std::size_t>::max()) {
    return detail::gather_range(std::move(operations), std::max<std::size_t>(at_most, 1));
}

}  // namespace mayhem::async
