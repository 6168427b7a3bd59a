#pragma once

#include <cstddef>
#include <source_location>
#include <tuple>
#include <utility>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

namespace detail {

template <typename Types, typename Indices>
struct rivals;

template <typename... Ts, std::size_t... I>
struct rivals<std::tuple<Ts...>, std::index_sequence<I...>> {
    explicit rivals(family& f) : all(f), children(((void)I, f)...) {}

    void start(std::tuple<awaitable<Ts>...>& operations, std::tuple<settled<Ts>...>& results) noexcept {
        (start_one(std::get<I>(children), std::get<I>(operations), std::get<I>(results)), ...);
    }

    void cancel() noexcept { (cancel_one(std::get<I>(children)), ...); }

    [[nodiscard]] bool has_one_ended() const noexcept { return all.running < sizeof...(Ts); }

private:
    /// Not after one that has ended at once.
    template <typename T>
    void start_one(child<T>& c, awaitable<T>& operation, settled<T>& result) noexcept {
        if (all.running < started_) {
            result.set_error(cancellation());
            return;
        }
        ++started_;
        c.start(std::move(operation), result);
    }

    template <typename T>
    void cancel_one(child<T>& c) noexcept {
        if (!c.is_done()) {
            c.cancel(false);
        }
    }

    family& all;
    std::size_t started_ = 0;
    std::tuple<child<Ts>...> children;
};

template <typename... Ts>
awaitable<std::tuple<settled<Ts>...>> race(std::tuple<awaitable<Ts>...> operations, std::source_location at) {
    const frame here{at};
    family all{*current_branch};
    std::tuple<settled<Ts>...> results;
    rivals<std::tuple<Ts...>, std::index_sequence_for<Ts...>> rivals{all};

    rivals.start(operations, results);
    if (!rivals.has_one_ended()) {
        co_await join_until_below(all, sizeof...(Ts), "first_of", at, &keep_waiting);
    }
    rivals.cancel();
    while (all.running > 0) {
        co_await join(all, "first_of, for the cancelled operations", at, &keep_waiting);
    }
    co_return std::move(results);
}

}  // namespace detail

/// Runs all operations side by side until one of them has ended, in whatever way; cancels the others, waits for them,
/// and returns how each ended, in the order of the arguments.
///
/// Nothing is lost: an operation that had completed when the cancellation came, or completes in spite of it, has its
/// value in the result, next to the one that came first; what was cut short has ended with `operation_aborted`
/// (`is_cancellation`). So a receive may be raced, which `asio::experimental`'s `a || b` forbids. They start in the
/// order given, at once; those after one that ends without having waited never begin.
///
/// Cancelling the caller cancels all, and all are still awaited: the results are returned even then, and the caller's
/// next await throws.
template <typename... Operations>
    requires(sizeof...(Operations) > 1)
[[nodiscard]] auto first_of(Operations... operations)
    -> awaitable<std::tuple<settled<typename Operations::value_type>...>> {
    return detail::race<typename Operations::value_type...>(
        {awaitable<typename Operations::value_type>(std::move(operations))...}, std::source_location::current());
}

}  // namespace mayhem::async
