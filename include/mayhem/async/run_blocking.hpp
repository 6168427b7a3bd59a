#pragma once

#include <concepts>
#include <exception>
#include <optional>
#include <source_location>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "mayhem/async/blocking.hpp"
#include "mayhem/async/detail/kept_memory.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/shield.hpp"

namespace mayhem::async {

namespace detail {

template <typename Function>
decltype(auto) call_blocking(Function& f, const std::stop_token& stop) {
    if constexpr (std::invocable<Function&, std::stop_token>) {
        return f(stop);
    } else {
        return f();
    }
}

}  // namespace detail

/// Runs `f` where `pool` does its work, mostly on a thread, and waits for it without holding the loop: asyncio's
/// `run_in_executor`. Returns what `f` returns, throws what it throws.
///
/// A thread cannot be cut, so a cancelled caller still waits until `f` has ended: cancellation requests stop on the
/// `std::stop_token` that `f` may take, and an `f` that can take long must look at it. If `f` completes all the same,
/// its value is returned and the caller's next await throws.
template <typename Function>
[[nodiscard]] auto run_blocking(blocking& pool, Function f, std::source_location at = std::source_location::current())
    -> awaitable<std::remove_cvref_t<decltype(detail::call_blocking(f, std::stop_token{}))>> {
    using result_type = std::remove_cvref_t<decltype(detail::call_blocking(f, std::stop_token{}))>;
    const frame here{at};
    loop& home = this_loop();
    std::optional<loop::external_work> awaited;
    if (pool.is_outside_loop()) {
        awaited.emplace(home);
    }
    settled<result_type> result;
    std::stop_source stop;
    detail::kept_memory way_back;

    co_await detail::park{
        "run_blocking", at,
        [&](detail::branch& b) noexcept {
            b.wait_data = &stop;
            try {
                pool.post([&f, &result, &home, &way_back, &b, token = stop.get_token()] {
                    try {
                        if constexpr (std::is_void_v<result_type>) {
                            detail::call_blocking(f, token);
                            result.set_value();
                        } else {
                            result.set_value(detail::call_blocking(f, token));
                        }
                    } catch (...) {
                        result.set_error(std::current_exception());
                    }
                    detail::loop_access::wake_from_outside(home, b, way_back);
                });
            } catch (...) {
                result.set_error(std::current_exception());
                b.wake();
            }
        },
        [](detail::branch& b) noexcept { static_cast<std::stop_source*>(b.wait_data)->request_stop(); }};
    co_return std::move(result).get();
}

}  // namespace mayhem::async
