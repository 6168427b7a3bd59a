#pragma once

#include <source_location>
#include <stdexcept>
#include <utility>

#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

/// A shielded operation had not ended within its limit after a cancellation, and was cut. The text says where it began.
class shield_expired : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

namespace detail {
[[noreturn]] void throw_shield_expired(std::source_location at, clock::duration limit);
}

/// Runs `operation` so that cancelling the caller cannot cut it in half: it goes on, and gets at most `limit` from then
/// on to end. Only if it needs longer is it cut, and the caller gets `shield_expired`, which its group's failure
/// handler names in the log. Otherwise returns its value or throws its exception, cancelled or not; a caller that was
/// cancelled learns of that at its next await.
///
/// Unlike asyncio's shield, which a shutdown that cancels all tasks goes straight through, this one is known to the
/// branch tree: no cancellation but `task_group::cancel_hard` passes it.
template <typename T>
[[nodiscard]] awaitable<T> shield(awaitable<T> operation, clock::duration limit,
                                  std::source_location at = std::source_location::current()) {
    const frame here{at};
    detail::branch& self = *detail::current_branch;
    detail::family family{self};
    detail::child<T> shielded{family};

    const bool throwing = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    shielded.start(std::move(operation), true);
    if (!shielded.is_done()) {
        co_await detail::join_at_most_after_cancel(family, limit, at);
    }
    const bool cut = !shielded.is_done();
    if (cut) {
        shielded.cancel(true);
        co_await detail::join(family, "shield, for the cut operation", at, &detail::keep_waiting);
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    if (cut && is_cancellation(shielded.result().error())) {
        detail::throw_shield_expired(at, limit);
    }
    co_return std::move(shielded.result()).get();
}

/// From here to its end the calling branch is not cut by `task_group::cancel` and its awaits no longer throw for a
/// cancellation that came before. The first statement of a clean-up; what follows must be bounded by itself.
/// `task_group::cancel_hard` still cuts it. To be awaited at once: `co_await begin_cleanup();` (it never suspends).
[[nodiscard]] inline auto begin_cleanup() noexcept {
    detail::current_branch->masked = true;
    return asio::this_coro::throw_if_cancelled(false);
}

/// Whether somebody has asked the calling branch to end, masked or not.
[[nodiscard]] bool is_cancel_requested() noexcept;

}  // namespace mayhem::async
