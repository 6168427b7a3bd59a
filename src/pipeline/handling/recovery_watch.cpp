#include "pipeline/handling/recovery_watch.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::pipeline {

namespace {

/// The target stands: whether those do as well who were to go down with it.
async::awaitable<bool> look_around(ports::driver& d, sighting& seen, core::stability_watch::time from) {
    const async::frame here;
    ports::neighbourhood* const around = d.neighbours();
    std::optional<std::vector<std::string>> lives;
    if (around != nullptr) {
        lives = co_await around->lives_of(seen.around.ids());
    }
    if (!lives) {
        seen.trouble = "it runs, and it cannot be told whether those stand that fell with it";
        seen.course.saw_nothing_at_all();
        co_return false;
    }
    seen.around.saw(*lives, std::chrono::duration_cast<core::duration>(seen.elapsed()));
    if (!seen.around.do_all_stand()) {
        seen.trouble = "it runs, and " + seen.around.describe_missing();
        seen.course.saw_it_fail(from, seen.elapsed());
        co_return false;
    }
    co_return true;
}

async::awaitable<void> ask(ports::driver& d, ports::probe* p, const core::target& t, sighting& seen) {
    const async::frame here;
    const core::stability_watch::time from = seen.elapsed();
    std::optional<core::target> next = co_await d.successor(t);
    if (next && p != nullptr) {
        ports::probe_result answer = co_await p->ask(*next);
        if (!answer.passes) {
            seen.trouble = "it runs, and the probe does not pass: " + answer.detail;
            seen.course.saw_it_fail(from, seen.elapsed());
            co_return;
        }
    }
    std::string trouble;
    ports::aftermath* const afterwards = next ? nullptr : d.afterwards();
    if (afterwards != nullptr && afterwards->tells_whose_doing()) {
        const ports::departure gone = co_await afterwards->departure_of(t);
        if (std::string why = core::why_taken_over(gone.end); !why.empty()) {
            seen.see_it_taken(std::move(why), from);
            co_return;
        }
        trouble = core::describe_end(gone.end);
    }
    bool is_whole = true;
    if (next && !seen.around.empty()) {
        is_whole = co_await look_around(d, seen, from);
    }
    if (is_whole) {
        seen.see(std::move(next), from);
        seen.trouble = std::move(trouble);
    }
}

async::awaitable<void> look(ports::driver& d, ports::probe* p, const core::target& t, sighting& seen) {
    const async::frame here;
    try {
        co_await ask(d, p, t, seen);
    } catch (...) {
        seen.not_seen();
    }
}

/// What cannot be looked at is unknown.
async::awaitable<ports::departure> departure_if_seen(ports::aftermath& a, core::target t) {
    const async::frame here;
    ports::departure d;
    try {
        d = co_await a.departure_of(std::move(t));
    } catch (const core::unseen& e) {
        d.seen = std::string("whether it has ended cannot be told: ") + e.what();
    }
    co_return d;
}

}  // namespace

core::stability_watch::time sighting::elapsed() const noexcept { return async::this_loop().turn_time() - act; }

void sighting::see(std::optional<core::target>&& next, core::stability_watch::time from) {
    trouble.clear();
    if (next) {
        started_at = next->started_at;
        course.saw(std::move(next->incarnation), from, elapsed());
    } else {
        course.saw_none(from, elapsed());
    }
}

void sighting::see_it_taken(std::string why, core::stability_watch::time from) {
    trouble = std::move(why);
    course.saw_it_taken(from, elapsed());
}

void sighting::not_seen() {
    if (async::is_cancel_requested()) {
        throw;
    }
    trouble = "it cannot be told whether it is back: " + async::text_of(std::current_exception());
    course.saw_nothing_at_all();
}

async::awaitable<core::recovery_end> look_back(ports::driver& acted, core::target t, sighting& seen) {
    const async::frame here;
    core::recovery_end end = seen.course.end();
    ports::aftermath* const a = acted.lasts() == nullptr ? acted.afterwards() : nullptr;
    if (a == nullptr) {
        co_return end;
    }
    if (end == core::recovery_end::not_recovered) {
        ports::departure d = co_await departure_if_seen(*a, t);
        end = core::end_with(end, d.is);
        if (end == core::recovery_end::not_ended || seen.trouble.empty()) {
            seen.trouble = std::move(d.seen);
        }
    }
    const auto since_act = [](auto length) {
        return std::max(std::chrono::duration_cast<core::duration>(length), core::duration{});
    };
    if (const auto ended_at = a->ended_at(t)) {
        seen.stages.stopped = since_act(*ended_at - seen.act);
    }
    if (end == core::recovery_end::recovered && seen.started_at) {
        const core::wall_time act = async::this_loop().turn_wall_time() - since_act(seen.elapsed());
        seen.stages.started = since_act(*seen.started_at - act);
    }
    co_return end;
}

async::awaitable<void> watch_recovery(ports::driver& d, ports::probe* p, core::target t, sighting& seen) {
    const async::frame here;
    while (!seen.course.is_over(seen.elapsed())) {
        if (seen.course.has_looked()) {
            co_await async::sleep_for(seen.course.pause(seen.elapsed()));
            if (seen.course.is_over(seen.elapsed())) {
                break;
            }
        }
        const auto in_time = co_await async::with_timeout(look(d, p, t, seen), seen.course.look_limit(seen.elapsed()));
        if (!in_time) {
            seen.course.saw_nothing_at_all();
        }
    }
}

}  // namespace mayhem::pipeline
