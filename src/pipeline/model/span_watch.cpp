#include "pipeline/model/span_watch.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_group.hpp"

namespace mayhem::pipeline {

namespace {

/// Whether it must end: only while something stands, which is rare, does anybody wake up for that.
constexpr std::chrono::nanoseconds ask_every = std::chrono::milliseconds{250};

/// From an answer of the stop condition to the next question.
constexpr std::chrono::nanoseconds stop_every = std::chrono::seconds{1};

async::awaitable<span_watch::end> wait_and_end(async::task_group& looking, async::awaitable<span_watch::end> waiting) {
    const async::frame here;
    span_watch::end e = co_await std::move(waiting);
    looking.cancel();
    co_return e;
}

}  // namespace

span_watch::span_watch(ports::action& how, ports::undo_note n, core::target t, const ports::go_ahead& may_act,
                       span_onlooker looks)
    : how_(how), note_(std::move(n)), target_(std::move(t)), may_act_(may_act), looks_(std::move(looks)) {}

async::awaitable<span_watch::end> span_watch::wait_out(std::chrono::nanoseconds length) {
    const async::frame here;
    const auto body = [&](async::task_group& looking) {
        if (looks_.probe != nullptr) {
            looking.spawn("looks", look_on());
        }
        if (looks_.stop_if != nullptr) {
            looking.spawn("stop_if", ask_whether_to_stop());
        }
        return wait_and_end(looking, wait(length));
    };
    end e = co_await async::with_group("span", body);
    co_return e;
}

async::awaitable<span_watch::end> span_watch::wait(std::chrono::nanoseconds length) {
    const async::frame here;
    const async::loop& loop = async::this_loop();
    const async::clock::time_point until = async::clock::after(loop.now(), length);
    while (loop.now() < until) {
        if (std::optional<ports::action::early_end> early = how_.ended_early(note_)) {
            co_return end{.how = early->how,
                          .why_early = early->why.empty() ? std::nullopt : std::optional(std::move(early->why))};
        }
        if (std::optional<std::string> why = may_act_.must_end()) {
            co_return end{.how = core::span_end::told_to_end, .why_early = std::move(why)};
        }
        if (stops_) {
            co_return end{.how = core::span_end::stop_condition, .why_early = std::move(stops_)};
        }
        const std::chrono::nanoseconds left = until - loop.now();
        co_await async::sleep_for(std::min(left, ask_every));
    }
    co_return end{};
}

/// Until it is cancelled.
async::awaitable<void> span_watch::look_on() {
    const async::frame here;
    const async::clock::time_point since = async::this_loop().now();
    for (;;) {
        const async::clock::time_point asked = async::this_loop().now();
        const ports::probe_result answer = co_await looks_.probe->ask(target_);
        ++(answer.passes ? during_.green : during_.red);
        if (!answer.passes && !during_.first_red) {
            during_.first_red = std::chrono::duration_cast<core::duration>(asked - since);
            during_.said = answer.detail;
        }
        co_await async::sleep_for(looks_.every);
    }
}

/// Until it does not pass, or is cancelled.
async::awaitable<void> span_watch::ask_whether_to_stop() {
    const async::frame here;
    for (;;) {
        ports::probe_result answer = co_await looks_.stop_if->ask(target_);
        if (!answer.passes) {
            stops_ = "stop_if does not pass: " + std::move(answer.detail);
            co_return;
        }
        co_await async::sleep_for(stop_every);
    }
}

}  // namespace mayhem::pipeline
