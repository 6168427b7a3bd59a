#pragma once

#include <source_location>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/suspend.hpp"

namespace mayhem::async {

namespace detail {

struct wake_at {
    clock::time_point deadline;
    void operator()(branch& b) const noexcept;
};

struct wake_after {
    clock::duration d;
    void operator()(branch& b) const noexcept;
};

}  // namespace detail

/// Waits until the loop's clock has reached `t`; a moment in the past still lets the others run first. Costs no system
/// call and no allocation. Cancellation ends the wait with `asio::error::operation_aborted`.
[[nodiscard]] inline auto sleep_until(clock::time_point t,
                                      std::source_location at = std::source_location::current()) noexcept {
    return detail::wait("sleep", at, detail::wake_at{t});
}

/// The same, counted from the moment at which it is awaited.
[[nodiscard]] inline auto sleep_for(clock::duration d,
                                    std::source_location at = std::source_location::current()) noexcept {
    return detail::wait("sleep", at, detail::wake_after{d});
}

/// Lets everything else that is ready take a step: asyncio's `sleep(0)`.
[[nodiscard]] inline auto yield(std::source_location at = std::source_location::current()) noexcept {
    return detail::wait("yield", at, detail::next_turn{});
}

}  // namespace mayhem::async
