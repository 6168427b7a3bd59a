#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"

namespace mayhem::async::detail {

/// A stack of coroutine frames that does not run now: one that has not begun yet, or one that waits. Calling it runs it
/// up to its next wait.
///
/// A new one is what `asio::co_spawn` makes, without what that makes besides: a hop through the executor at either end,
/// two cancellation states more, and work guards that a loop which counts its tasks has no use for. That was a quarter
/// of all that a message cost.
///
/// Built from the parts of Asio that `co_spawn` is built from (1.22.1 to 1.30 have them alike).
class launch final : public asio::detail::awaitable_thread<executor> {
public:
    using base = awaitable_thread;
    using frame = asio::detail::awaitable_frame_base<executor>;
    using entry_point = awaitable<asio::detail::awaitable_thread_entry_point>;

    launch(entry_point first, branch& b)
        : awaitable_thread(std::move(first), executor(b.owner_loop, &b), b.signal.slot(),
                           asio::cancellation_state(b.signal.slot())) {}
    explicit launch(base&& waiting) noexcept : awaitable_thread(std::move(waiting)) {}
    launch(launch&&) noexcept = default;

    void operator()() { awaitable_thread::launch(); }
};

/// The bottom frame: runs `operation`, then `end(value..., exception)`.
template <typename T, typename End>
launch::entry_point run_to_end(awaitable<T> operation, End end) {
    std::exception_ptr error;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            end.set_value();
        } else {
            end.set_value(co_await std::move(operation));
        }
    } catch (...) {
        error = std::current_exception();
    }
    end.finish(std::move(error));
}

}  // namespace mayhem::async::detail
