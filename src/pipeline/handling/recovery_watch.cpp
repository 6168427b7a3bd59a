#include "pipeline/handling/recovery_watch.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::pipeline {

namespace {

async::awaitable<void> look(ports::driver& d, ports::probe* p, const core::target& t, sighting& seen) {
    const async::frame here;
    std::optional<core::target> next = co_await d.successor(t);
    seen.trouble.clear();
    if (!next) {
        co_return;
    }
    if (p != nullptr) {
        ports::probe_result answer = co_await p->ask(*next);
        if (!answer.passes) {
            seen.trouble = "it runs, and the probe does not pass: " + answer.detail;
            co_return;
        }
    }
    seen.incarnation.emplace(std::move(next->incarnation));
}

async::awaitable<void> poll_successor(ports::driver& d, ports::probe* p, const core::target& t,
                                      std::chrono::nanoseconds poll, sighting& seen) {
    const async::frame here;
    if (p == nullptr) {
        co_await async::sleep_for(poll);
    }
    for (;;) {
        try {
            co_await look(d, p, t, seen);
        } catch (...) {
            seen.not_seen();
        }
        if (seen.incarnation) {
            co_return;
        }
        co_await async::sleep_for(poll);
    }
}

}  // namespace

void sighting::not_seen() {
    if (async::is_cancel_requested()) {
        throw;
    }
    trouble = "it cannot be told whether it is back: " + async::text_of(std::current_exception());
}

async::awaitable<void> watch_recovery(ports::driver& d, ports::probe* p, core::target t, std::chrono::nanoseconds poll,
                                      std::chrono::nanoseconds limit, sighting& seen) {
    const async::frame here;
    const bool is_over = (co_await async::with_timeout(poll_successor(d, p, t, poll, seen), limit)).has_value();
    (void)is_over;  // `seen` says it
}

}  // namespace mayhem::pipeline
