#pragma once

#include <source_location>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"

namespace mayhem::async::detail {

/// Suspends the calling coroutine until somebody calls `branch::wake`. `prepare(branch&)` runs once it is parked, to
/// put it where it will be found; it must not suspend, and may wake it at once. The one way in which every primitive
/// waits.
template <typename Prepare>
[[nodiscard]] awaitable<void> suspend(const char* what, std::source_location at, Prepare prepare,
                                      branch::cancel_action on_cancel = nullptr) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>&, void(asio::error_code)>(
        [what, at, prepare = std::move(prepare), on_cancel](auto handler) mutable {
            branch& b = *current_branch;
            b.park(std::move(handler), what, at, on_cancel);
            prepare(b);
        },
        use_awaitable);
}

}  // namespace mayhem::async::detail
