#pragma once

#include <cstddef>
#include <exception>
#include <optional>
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
    explicit children_but_last(family& f) : children(((void)I, f)...) {}

    void start(std::tuple<awaitable<Ts>...>& operations, std::tuple<settled<Ts>...>& results) {
        (std::get<I>(children).start(std::move(std::get<I>(operations)), std::get<I>(results)), ...);
    }

    std::tuple<child<std::tuple_element_t<I, std::tuple<Ts...>>>...> children;
};

template <typename... Ts>
awaitable<std::tuple<settled<Ts>...>> gather(std::tuple<awaitable<Ts>...> operations) {
    constexpr std::size_t last = sizeof...(Ts) - 1;
    const frame here;
    branch& self = *current_branch;
    const cancel_state began_as = self.cancel_is;
    family all{self};
    std::optional<std::tuple<settled<Ts>...>>& value = co_await own_value<std::tuple<settled<Ts>...>>();
    std::tuple<settled<Ts>...>& results = value.emplace();
    children_but_last<std::tuple<Ts...>, std::make_index_sequence<last>> siblings{all};

    siblings.start(operations, results);
    co_await settle_into{std::get<last>(operations), std::get<last>(results)};
    self.end_operation(began_as);
    if (all.running > 0) {
        co_await join(all, "gather", here.at(), &keep_waiting);
    }
    co_return in_its_place{};
}

}  // namespace detail

/// Runs all operations side by side, waits for all of them, and returns how each ended, in the order of the arguments:
/// `asyncio.gather(..., return_exceptions=True)`. One failing neither cancels nor shortens another, and no exception is
/// lost, because each stands in the result.
///
/// They start in the order given, at once; the last one runs on the caller's own branch, which saves a spawn.
/// Cancelling the caller cancels all, and all are still awaited: the results are returned even then (what was cut short
/// has ended with `operation_aborted`), and the caller's next await throws. So a caller always learns what was done.
template <typename... Operations>
    requires(sizeof...(Operations) > 0)
[[nodiscard]] auto gather_settled(Operations... operations)
    -> awaitable<std::tuple<settled<typename Operations::value_type>...>> {
    return detail::gather<typename Operations::value_type...>(
        {awaitable<typename Operations::value_type>(std::move(operations))...});
}

}  // namespace mayhem::async
