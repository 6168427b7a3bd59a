#pragma once

#include <coroutine>
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

/// What can be awaited, so that its statement looks like the others.
struct done_already : std::suspend_never {
    using waits_on_branch = void;
};

template <typename T>
awaitable<T> run_shielded(awaitable<T> operation, clock::duration limit, std::source_location at) {
    const frame here{at};
    branch& self = *current_branch;
    family family{self};
    settled<T> result;
    child<T> shielded{family};

    shielded.start(std::move(operation), result, cancel_state::shielded, clock::after(self.deadline, limit));
    if (!shielded.is_done()) {
        co_await join_at_most_after_cancel(family, limit, at);
    }
    const bool cut = !shielded.is_done();
    if (cut) {
        shielded.cancel(true);
        co_await join(family, "shield, for the cut operation", at, &keep_waiting);
    }
    if (cut && is_cancellation(result.error())) {
        throw_shield_expired(at, limit);
    }
    co_return std::move(result).get();
}

}  // namespace detail

/// Runs `operation` so that cancelling the caller cannot cut it in half: it goes on, and gets at most `limit` from then
/// on to end. Only if it needs longer is it cut, and the caller gets `shield_expired`, which its group's failure
/// handler names in the log. Otherwise returns its value or throws its exception, cancelled or not; a caller that was
/// cancelled learns of that at its next await.
///
/// Unlike asyncio's shield, which a shutdown that cancels all tasks goes straight through, this one is known to the
/// branch tree: no cancellation but `task_group::cancel_hard` passes it.
template <typename Operation>
[[nodiscard]] auto shield(Operation operation, clock::duration limit,
                          std::source_location at = std::source_location::current())
    -> awaitable<typename Operation::value_type> {
    return detail::run_shielded<typename Operation::value_type>(std::move(operation), limit, at);
}

/// From here to its end the calling branch is not cut by `task_group::cancel` and its awaits no longer throw for a
/// cancellation that came before. The first statement of a clean-up; what follows must be bounded by itself.
/// `task_group::cancel_hard` still cuts it. To be awaited at once: `co_await begin_cleanup();` (it never suspends).
[[nodiscard]] inline auto begin_cleanup() noexcept {
    detail::branch& b = detail::this_branch();
    b.cancel_is = detail::after(b.cancel_is, detail::cancel_event::begin_cleanup);
    return detail::done_already{};
}

/// Whether somebody has asked the calling branch to end, held back or not.
[[nodiscard]] bool is_cancel_requested() noexcept;

}  // namespace mayhem::async
