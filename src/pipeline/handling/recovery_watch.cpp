#include "pipeline/handling/recovery_watch.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::pipeline {

namespace {

/// So long before the end of its time there is one more look at the latest: what came back since the one before is not
/// lost.
constexpr std::chrono::nanoseconds last_look = std::chrono::seconds{1};

/// From one look to the next.
class pauses {
public:
    pauses(std::chrono::nanoseconds poll, std::chrono::nanoseconds limit) noexcept
        : poll_(poll), last_(async::this_loop().turn_time() + limit - std::min(last_look, limit / 10)) {}

    [[nodiscard]] std::chrono::nanoseconds next() const noexcept {
        const std::chrono::nanoseconds left = last_ - async::this_loop().turn_time();
        return left > std::chrono::nanoseconds{0} ? std::min(poll_, left) : poll_;
    }

private:
    const std::chrono::nanoseconds poll_;
    const async::clock::time_point last_;
};

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

async::awaitable<void> poll_successor(ports::driver& d, ports::probe* p, const core::target& t, pauses between,
                                      sighting& seen) {
    const async::frame here;
    if (p == nullptr) {
        co_await async::sleep_for(between.next());
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
        co_await async::sleep_for(between.next());
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
    const bool is_over =
        (co_await async::with_timeout(poll_successor(d, p, t, pauses(poll, limit), seen), limit)).has_value();
    (void)is_over;  // `seen` says it
}

}  // namespace mayhem::pipeline
