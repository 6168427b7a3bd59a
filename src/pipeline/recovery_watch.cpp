#include "pipeline/recovery_watch.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::pipeline {

namespace {

async::awaitable<core::target> poll_successor(ports::driver& d, const core::target& t, std::chrono::nanoseconds poll) {
    const async::frame here;
    for (;;) {
        co_await async::sleep_for(poll);
        std::optional<core::target> next = co_await d.successor(t);
        if (next) {
            co_return std::move(*next);
        }
    }
}

}  // namespace

async::awaitable<std::optional<core::target>> watch_recovery(ports::driver& d, const core::target& t,
                                                             std::chrono::nanoseconds poll,
                                                             std::chrono::nanoseconds limit) {
    const async::frame here;
    co_return co_await async::with_timeout(poll_successor(d, t, poll), limit);
}

}  // namespace mayhem::pipeline
