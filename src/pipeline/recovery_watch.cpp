#include "pipeline/recovery_watch.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::pipeline {

namespace {

async::awaitable<core::target> poll_successor(ports::driver& d, ports::probe* p, const core::target& t,
                                              std::chrono::nanoseconds poll) {
    const async::frame here;
    if (p == nullptr) {
        co_await async::sleep_for(poll);
    }
    for (;;) {
        std::optional<core::target> next = co_await d.successor(t);
        bool is_steady = next.has_value();
        if (next && p != nullptr) {
            const ports::probe_result answer = co_await p->ask(*next);
            is_steady = answer.passes;
        }
        if (is_steady) {
            co_return std::move(*next);
        }
        co_await async::sleep_for(poll);
    }
}

}  // namespace

async::awaitable<std::optional<core::target>> watch_recovery(ports::driver& d, ports::probe* p, core::target t,
                                                             std::chrono::nanoseconds poll,
                                                             std::chrono::nanoseconds limit) {
    const async::frame here;
    co_return co_await async::with_timeout(poll_successor(d, p, t, poll), limit);
}

}  // namespace mayhem::pipeline
