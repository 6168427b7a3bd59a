#pragma once

#include <cstddef>
#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

namespace detail {

/// The children of a gather: one for each operation but the last, which runs on the parent's branch.
template <typename Types, typename Indices>
struct children_but_last;

template <typename... Ts, std::size_t... I>
struct children_but_last<std::tuple<Ts...>, std::index_sequence<I...>> {
    static constexpr std::size_t last = sizeof...(I);
    using last_type = std::tuple_element_t<last, std::tuple<Ts...>>;

    explicit children_but_last(family& f) : children(((void)I, f)...) {}

    void start(std::tuple<awaitable<Ts>...>& operations) {
        (std::get<I>(children).start(std::move(std::get<I>(operations))), ...);
    }

    std::tuple<settled<Ts>...> results(settled<last_type>& of_last) {
        return {std::move(std::get<I>(children).result())..., std::move(of_last)};
    }

    std::tuple<child<std::tuple_element_t<I, std::tuple<Ts...>>>...> children;
};

}  // namespace detail

/// Runs all operations side by side, waits for all of them, and returns how each ended, in the order of the arguments:
/// `asyncio.gather(..., return_exceptions=True)`. One failing neither cancels nor shortens another, and no exception is
/// lost, because each stands in the result.
///
/// They start in the order given, at once; the last one runs on the caller's own branch, which saves a spawn.
/// Cancelling the caller cancels all, and all are still awaited: the results are returned even then (what was cut short
/// has ended with `operation_aborted`), and the caller's next await throws. So a caller always learns what was done.
template <typename... Ts>
    requires(sizeof...(Ts) > 0)
[[nodiscard]] awaitable<std::tuple<settled<Ts>...>> gather_settled(awaitable<Ts>... operations) {
    using siblings_type = detail::children_but_last<std::tuple<Ts...>, std::make_index_sequence<sizeof...(Ts) - 1>>;
    const frame here;
    std::tuple<awaitable<Ts>...> all{std::move(operations)...};
    detail::branch& self = *detail::current_branch;
    const bool was_masked = self.masked;
    detail::family family{self};
    siblings_type siblings{family};
    settled<typename siblings_type::last_type> of_last;

    const bool throwing = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    siblings.start(all);
    try {
        co_await asio::this_coro::throw_if_cancelled(throwing);
        if constexpr (std::is_void_v<typename siblings_type::last_type>) {
            co_await std::move(std::get<siblings_type::last>(all));
            of_last.set_value();
        } else {
            of_last.set_value(co_await std::move(std::get<siblings_type::last>(all)));
        }
    } catch (...) {
        of_last.set_error(std::current_exception());
    }
    if (self.masked && !was_masked) {
        self.end_cleanup();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    if (family.running > 0) {
        co_await detail::join(family, "gather", here.at(), &detail::keep_waiting);
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return siblings.results(of_last);
}

}  // namespace mayhem::async
