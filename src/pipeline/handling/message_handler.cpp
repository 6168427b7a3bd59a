#include "pipeline/handling/message_handler.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/rules/guards.hpp"
#include "mayhem/core/rules/unforetold.hpp"
#include "mayhem/core/text/add_to.hpp"
#include "pipeline/handling/recovery_pace.hpp"

namespace mayhem::pipeline {

namespace {

act_end end_of(const async::settled<ports::act_result>& acted, bool went_ahead) {
    if (acted.has_value()) {
        return acted->refused_by ? act_end::refused : (acted->is_in_doubt ? act_end::in_doubt : act_end::done);
    }
    if (!async::is_cancellation(acted.error())) {
        return act_end::failed;
    }
    return went_ahead ? act_end::cut : act_end::stopped;
}

/// What the record keeps of a refusal beyond its name.
std::string why_refused(core::guard by, const group* g, const core::message& m, const place& looked_at) {
    if (by == core::guard::not_opted_in && g != nullptr) {
        try {
            (void)g->acts.get(m.act);
        } catch (const std::exception& e) {
            return e.what();
        }
    }
    return by == core::guard::out_of_reach && g != nullptr && looked_at.reach != nullptr
               ? core::why_out_of_reach(*looked_at.reach, g->settings.reach).value_or("")
               : std::string();
}

/// Of a target that has not recovered.
ports::step_kind step_of(core::recovery_end end) noexcept {
    switch (end) {
        case core::recovery_end::unstable: return ports::step_kind::unstable;
        case core::recovery_end::not_ended: return ports::step_kind::not_ended;
        case core::recovery_end::taken_over: return ports::step_kind::taken_over;
        case core::recovery_end::recovered:
        case core::recovery_end::not_recovered:
        case core::recovery_end::unwatched: break;
    }
    return ports::step_kind::not_recovered;
}

/// When the current step began, near enough for a record, and free: a message's life reads no clock.
core::wall_time wall_now() noexcept { return async::this_loop().turn_wall_time(); }

async::clock::time_point steady_now() noexcept { return async::this_loop().turn_time(); }

async::clock::time_point end_of_doubt(const group& g, async::clock::time_point now) {
    return async::clock::after(
        now, std::max<std::chrono::nanoseconds>(acted_incarnations::doubted_for, g.settings.recovery_timeout));
}

sighting begin_watch(const group_settings& s, async::clock::time_point act, async::clock::time_point answered) {
    sighting seen{
        core::stability_watch({.timeout = s.recovery_timeout, .poll = s.recovery_poll, .stable_for = s.stable_for}),
        act};
    if (seen.elapsed() > s.recovery_timeout && answered - act <= s.recovery_timeout) {
        seen.course.missed_its_time();
    }
    return seen;
}

void note_return(const ports::driver& of, core::stability_watch& course, core::outcome& o) {
    o.recovery = std::chrono::duration_cast<core::duration>(course.back_after());
    o.not_before = std::chrono::duration_cast<core::duration>(course.not_before());
    o.incarnation_after = course.take_incarnation();
    o.act = of.act();
}

/// Why the target's return is not all there is to tell.
void say_first(const std::string& why, std::string& error, std::string& told) {
    for (std::string* const text : {&error, &told}) {
        std::string all = why;
        core::add_to(all, *text);
        *text = std::move(all);
    }
}

/// Where nobody can say whether it was tolerated, which it was to be.
std::string why_nobody_saw(core::during_policy during, const core::looks_during& seen) {
    const bool was_not_seen = during == core::during_policy::must_pass && seen.count() == 0;
    return was_not_seen ? "nobody saw whether it was tolerated: the probe gave no answer while it stood" : "";
}

/// Until it is settled what became of the act: where it has to stand for a while, and where what lasts leaves a target
/// its life, by which others of the group would know it.
bool must_be_left_alone_for_a_while(const group& g, ports::driver& by) {
    return g.settings.stable_for > g.settings.stable_for.zero() || (g.acts.is_mixed() && by.lasts() != nullptr);
}

void note_lost_lease(core::outcome& o) {
    if (core::may_have_acted(o.verdict)) {  // which stays true: whoever got the message meanwhile finds that it is done
        core::add_to(o.error, "the lease was lost: the queue delivered the message again");
    } else {
        o.verdict = core::verdict::lease_lost;
    }
}

}  // namespace

message_handler::message_handler(std::vector<group*> groups, const surroundings& s, lease_keeper& k,
                                 const handling_settings& settings, core::random_source random)
    : to_(s), groups_(std::move(groups)), leases_(k), guards_(s, settings.dry_run), settlement_(s, settings, random) {}

void message_handler::take_over(const std::vector<ports::unfinished_message>& unfinished,
                                async::clock::time_point now) {
    to_.acted.forget_doubts(now);
    for (const ports::unfinished_message& u : unfinished) {
        if (!u.may_have_acted) {
            put_back_.insert(u.message.id);
            continue;
        }
        in_doubt_.insert(u.message.id);
        doubt(u.message.group, u.message.target, now);
    }
}

void message_handler::doubt(const std::vector<ports::acted_target>& acted_on, async::clock::time_point now) {
    for (const ports::acted_target& a : acted_on) {
        doubt(a.group, a.target, now);
    }
}

void message_handler::doubt(std::string_view of, const core::target& t, async::clock::time_point now) {
    const group* const own = find_group(of);
    for (const group* const g : groups_) {  // of a group that is gone, any may have the target now
        if (own == nullptr || g == own) {
            to_.acted.doubt(acted_incarnations::key_of(t, *g), end_of_doubt(*g, now));
        }
    }
}

group* message_handler::find_group(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(groups_, [name](const group* g) { return g->settings.name == name; });
    return found == groups_.end() ? nullptr : *found;
}

async::awaitable<void> message_handler::handle(ports::delivery d, async::semaphore::permit slot) {
    const async::frame here;
    const async::semaphore::permit held = std::move(slot);
    const core::wall_time started_at = wall_now();
    const lease_keeper::hold lease{leases_, d};
    group* const g = find_group(d.message->group);
    bool is_recorded_first = must_be_on_record_first(d);
    if (settlement_.is_store_suspect()) {
        co_await settlement_.wait_for_store(d);
        is_recorded_first = false;  // it is now
    }
    const acted_incarnations::key incarnation =
        g == nullptr ? acted_incarnations::key{} : acted_incarnations::key_of(d.message->target, *g);
    for (;; is_recorded_first = false) {
        place taken;
        std::optional<core::guard> refused_by = guards_.pass_at_once(d, g, incarnation);
        if (g != nullptr && must_ask(*g, driver_of(*g, *d.message)) &&
            (!refused_by || refused_by == core::guard::dry_run)) {
            refused_by = co_await guards_.pass(d, *g, incarnation, taken);
        }
        if (!refused_by && is_recorded_first) {
            co_await settlement_.wait_for_store(d, taken.reach.get());
        }
        refused_by = claim(*d.message, g, incarnation, lease, refused_by);
        if (refused_by || lease.is_lost()) {
            co_await leave(d, started_at, refused_by,
                           refused_by ? why_refused(*refused_by, g, *d.message, taken) : std::string());
            co_return;
        }
        open_act open(in_doubt_, *d.message);
        ports::driver& by = driver_of(*g, *d.message);
        unsettled_targets::hold unsettled;
        if (must_be_left_alone_for_a_while(*g, by)) {
            unsettled =
                to_.acted.unsettled().add(d.message->target, *g, by, taken.reach.get(), {wall_now(), steady_now()});
        }
        const own_acts::hold own = to_.acted.begin_act(incarnation, d.message->target, *g, taken.reach.get());
        const async::clock::time_point asked_at = steady_now();
        go_ahead_given given;
        const permission p{by, taken, lease};
        auto [saved, acted] =
            co_await async::gather_settled(settlement_.save(d, taken.reach.get()), restart(d, *g, p, given));
        const act_end how = end_of(acted, given.at.has_value());
        const act_verdict v = judge_act(!saved.error(), how, async::is_cancel_requested());
        if (!v.keeps_claim) {
            to_.acted.release(incarnation);
            open.close();
        }
        if (!v.verdict) {
            co_return;  // not settled: the shutdown nacks it, unless it may have been done
        }
        if (async::is_cancel_requested()) {
            co_await async::begin_cleanup();  // it was done, so it goes on record
        } else if (how == act_end::refused && given.lacks_a_place) {
            continue;  // the hour went by in which its place was taken: the guards are asked anew
        }
        const beginning began{by,  started_at, given.at.value_or(asked_at), given.answered, incarnation,
                              how, v,          taken.reach.get(),           taken.beside};
        co_await conclude(d, *g, began, saved, acted, lease, open);
        co_return;
    }
}

std::optional<core::guard> message_handler::claim(const core::message& m, const group* g,
                                                  acted_incarnations::key incarnation, const lease_keeper::hold& lease,
                                                  std::optional<core::guard> refused_by) {
    if (!refused_by) {
        async::throw_if_cancelled();  // a look that could not be cut has come to its end: nothing was done so far
    }
    if (!refused_by && !lease.is_lost()) {
        const bool is_life_taken = g->acts.is_mixed() && to_.acted.is_taken(m.target, *g, steady_now());
        if (is_life_taken || !to_.acted.claim(incarnation, steady_now())) {
            refused_by = core::guard::already_restarted;
        } else if (to_.acted.unsettled().has(m.target, *g, {wall_now(), steady_now()})) {
            to_.acted.release(incarnation);
            refused_by = core::guard::too_young;  // it was acted on while others were asked about this one
        }
    }
    if (refused_by && in_doubt_.contains(m.id)) {
        refused_by = core::guard::already_restarted;  // whatever else refuses it: the next life must know, too
    }
    return refused_by;
}

bool message_handler::must_be_on_record_first(const ports::delivery& d) {
    return d.attempt > 1 || (!put_back_.empty() && put_back_.erase(d.message->id) > 0);
}

async::awaitable<void> message_handler::leave(const ports::delivery& d, core::wall_time started_at,
                                              std::optional<core::guard> refused_by, std::string why) {
    const async::frame here;
    core::outcome o;
    o.error = std::move(why);
    o.verdict = refused_by ? core::verdict::refused : core::verdict::lease_lost;
    o.refused_by = refused_by;
    o.attempt = d.attempt;
    o.started_at = started_at;
    o.ended_at = wall_now();
    if (refused_by) {
        to_.observer.observe(
            {.kind = ports::step_kind::refused, .message = *d.message, .attempt = d.attempt, .refused_by = refused_by});
    }
    co_await async::begin_cleanup();
    const bool is_recorded = co_await settlement_.finish(d, o, !refused_by);
    (void)is_recorded;  // nothing was done
}

async::awaitable<void> message_handler::conclude(const ports::delivery& d, group& g, const beginning& began,
                                                 const async::settled<void>& saved,
                                                 const async::settled<ports::act_result>& acted,
                                                 const lease_keeper::hold& lease, open_act& open) {
    const async::frame here;
    act_verdict v = began.verdict;
    core::outcome o;
    o.verdict = *v.verdict;
    o.attempt = d.attempt;
    o.started_at = began.attempt;
    note_end(d, saved, acted, lease.is_lost(), o);
    if (v.is_watched) {
        sighting seen = begin_watch(g.settings, began.act, began.answered);
        try {
            if (began.foretold != nullptr) {
                seen.around = core::reach_watch(*began.foretold);
            }
            if (g.probe == nullptr && seen.around.empty()) {
                try {
                    const core::stability_watch::time from = seen.elapsed();
                    std::optional<core::target> next = co_await began.by.successor(d.message->target);
                    seen.see(std::move(next), from);
                } catch (...) {
                    seen.not_seen();
                }
            }
            if (!seen.course.is_recovered()) {
                co_await watch_recovery(began.by, g.probe, d.message->target, seen);
            }
            const core::recovery_end end = co_await look_back(began.by, d.message->target, seen);
            o.stages = seen.stages;
            v = after_span(after_watch(v, began.how, end), g.settings.during, acted->span.get());
            if (!v.keeps_claim) {
                to_.acted.release(began.incarnation);
            }
            if (v.is_doubted) {
                to_.acted.doubt(began.incarnation, end_of_doubt(g, steady_now()));
            }
            o.verdict = *v.verdict;
            if (seen.course.is_recovered()) {
                note_return(began.by, seen.course, o);
                if (o.verdict == core::verdict::recovered &&
                    core::may_be_slow({.back = *o.recovery, .not_before = o.not_before})) {
                    co_await judge_pace(to_.journal, *d.message, o);
                }
            }
            seen.ended = seen.elapsed();
            seen.unforetold = co_await look_beside(g, began.by, began.beside, to_.acted, began.act);
            note_recovery(d, *acted, seen, end, o);
        } catch (...) {
            if (!async::is_cancel_requested()) {
                throw;
            }
            core::add_to(o.error, seen.course.describe());
        }
        if (!seen.around.empty()) {
            o.fates = seen.around.fates();
        }
        std::ranges::move(seen.unforetold, std::back_inserter(o.fates));
    }
    o.ended_at = wall_now();
    if (acted.has_value() && acted->remark) {
        core::add_to(o.error, *acted->remark);
    }
    if (acted.has_value() && acted->span) {
        o.span = acted->span;
        o.act = began.by.act();
        core::add_to(o.error, o.verdict == core::verdict::fault_stuck ? std::string() : acted->span->stuck);
        core::add_to(o.error, why_nobody_saw(g.settings.during, acted->span->during));
    }
    if (lease.is_lost()) {
        note_lost_lease(o);
    }
    guards_.judge(*d.message, g, o);
    co_await async::begin_cleanup();
    const bool is_recorded = co_await settlement_.finish(d, o, lease.is_lost());
    if (is_recorded) {
        open.close();
    }
    if (v.keeps_claim) {
        to_.acted.settle(began.incarnation);
    }
    if (!o.opens_breaker.empty()) {
        g.state.breaker_is_recorded();
    }
}

void message_handler::note_recovery(const ports::delivery& d, const ports::act_result& act, const sighting& seen,
                                    core::recovery_end end, core::outcome& o) {
    const std::string remark = seen.course.describe();
    if (o.verdict == core::verdict::fault_stuck) {  // which is told, and all there is to tell
        o.recovery = end == core::recovery_end::recovered ? o.recovery : std::nullopt;
        core::add_to(o.error, act.span->stuck);
        core::add_to(o.error, remark);
        return;
    }
    const std::string unforetold = core::describe_unforetold(seen.unforetold);
    if (end == core::recovery_end::recovered) {
        std::string told = o.pace == core::pace::not_known ? o.error : std::string();
        core::add_to(o.error, remark);
        core::add_to(told, remark);
        if (!seen.around.empty()) {
            core::add_to(told, seen.around.describe_fallen());
        }
        core::add_to(o.error, unforetold);
        core::add_to(told, unforetold);
        if (o.verdict == core::verdict::not_tolerated) {
            say_first("while it stood, " + core::describe_red(act.span->during), o.error, told);
            tell(to_.observer, ports::step_kind::not_tolerated, d, *o.recovery, told);
            return;
        }
        if (o.verdict == core::verdict::no_effect) {
            say_first("no effect of it was seen: " + act.span->effect.text, o.error, told);
            tell(to_.observer, ports::step_kind::no_effect, d, *o.recovery, told);
            return;
        }
        if (o.verdict == core::verdict::aborted) {
            std::string why = act.remark ? *act.remark : std::string();
            core::add_to(why, told);
            tell(to_.observer, ports::step_kind::aborted, d, *o.recovery, why);
            return;
        }
        const std::optional<core::slow_recovery> slower = o.slower();
        to_.observer.observe({.kind = ports::step_kind::recovered,
                              .message = *d.message,
                              .attempt = d.attempt,
                              .length = *o.recovery,
                              .detail = told,
                              .slower = slower ? &*slower : nullptr});
        return;
    }
    o.recovery = std::chrono::duration_cast<core::duration>(seen.ended);
    core::add_to(o.error, act.trouble);
    core::add_to(o.error, remark);
    core::add_to(o.error, seen.trouble);
    core::add_to(o.error, unforetold);
    if (end == core::recovery_end::unwatched) {
        o.recovery.reset();
        return;
    }
    if (end == core::recovery_end::taken_over) {
        tell(to_.observer, ports::step_kind::taken_over, d, *o.recovery, o.error);
        o.recovery.reset();
        return;
    }
    tell(to_.observer, step_of(end), d, *o.recovery, o.error);
}

void message_handler::note_end(const ports::delivery& d, const async::settled<void>& saved,
                               const async::settled<ports::act_result>& acted, bool is_lease_lost, core::outcome& o) {
    if (acted.has_value() && acted->refused_by) {
        o.refused_by = acted->refused_by;
        o.error = acted->trouble;
        if (!is_lease_lost) {  // otherwise it is no guard's word: somebody else has the message
            to_.observer.observe({.kind = ports::step_kind::refused,
                                  .message = *d.message,
                                  .attempt = d.attempt,
                                  .refused_by = o.refused_by,
                                  .detail = acted->trouble});
        }
    }
    if (saved.error() && !async::is_cancel_requested()) {
        settlement_.suspect_store();
        const std::string why = async::text_of(saved.error());
        tell(to_.observer, ports::step_kind::failed, d, {}, why);
        core::add_to(o.error, why);
    }
    if (acted.error()) {
        const std::string why = async::text_of(acted.error());
        tell(to_.observer, ports::step_kind::restart_failed, d, {}, why);
        core::add_to(o.error, why);
    }
}

}  // namespace mayhem::pipeline
