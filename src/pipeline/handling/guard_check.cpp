#include "pipeline/handling/guard_check.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds store_retry{2};

core::wall_time wall_now() noexcept { return async::this_loop().clock().wall_now(); }

bool wants_members(const core::guard_limits& l) noexcept {
    return l.min_healthy != std::size_t{0} || l.max_unavailable > 0 || l.min_age > core::duration{} ||
           l.min_rest > core::duration{};
}

bool wants_record(const core::guard_limits& l) noexcept {
    return l.max_unavailable > 0 || l.max_per_day > 0 || l.max_per_hour > 0 || l.min_rest > core::duration{};
}

/// Without a schedule, limits count by UTC.
core::zone zone_of(const group& g) {
    return g.settings.schedule ? g.settings.schedule->allowed.zone : core::zone::utc();
}

ports::restarts_query make_query(const core::message& m, const group& g, core::wall_time now) {
    return {
        .group = g.settings.name, .target = m.target.id, .except = m.id, .windows = core::windows_at(now, zone_of(g))};
}

bool is_acted_on(const std::vector<core::target>& acted_on, const core::target& t) {
    return std::ranges::find_if(acted_on, [&t](const core::target& a) {
               return a.id == t.id && a.incarnation == t.incarnation;
           }) != acted_on.end();
}

/// `acted_on`: whom somebody was acting on when the look began. They may stand in the list and be gone all the same.
void count_members(const core::message& m, group& g, const std::vector<core::target>& seen,
                   const std::vector<core::target>& acted_on, core::guard_facts& facts) {
    const auto stands = [&](const core::target& t) { return !is_acted_on(acted_on, t) && !g.state.is_acted_on(t); };
    const auto has_id = [&m](const core::target& t) { return t.id == m.target.id; };
    const auto is_victim = [&m](const core::target& t) {
        return t.id == m.target.id && t.incarnation == m.target.incarnation;
    };
    const auto victim = std::ranges::find_if(seen, is_victim);
    const auto namesakes = std::ranges::count_if(seen, has_id);
    facts.members = g.state.note_members(seen.size());
    facts.healthy = static_cast<std::size_t>(std::ranges::count_if(seen, stands));
    facts.restarting = std::max(facts.restarting, g.state.acts());
    if (victim == seen.end()) {
        facts.is_restarted = facts.is_restarted || namesakes > 0;
        ++facts.healthy;  // it is gone: to act on it takes nobody down
        return;
    }
    facts.started_at = victim->started_at;
    if (namesakes > 1) {
        facts.last_restart = victim->started_at;  // the record cannot tell them apart, their age can
    }
}

async::awaitable<void> look_at_members(const core::message& m, group& g, core::guard_facts& facts) {
    const async::frame here;
    const std::vector<core::target> acted_on = g.state.acted_on();
    try {
        const std::vector<core::target> seen = co_await list_targets(g.driver);
        count_members(m, g, seen, acted_on, facts);
    } catch (const core::targets_unlisted& e) {
        facts.unsteady = std::string("its targets cannot be listed: ") + e.what();
    }
}

}  // namespace

bool must_ask(const group& g) noexcept {
    const core::guard_limits& l = g.settings.limits;
    return g.probe != nullptr || g.state.breaker() || wants_members(l) || wants_record(l);
}

void look_at_calendar(const group& g, core::guard_facts& facts) {
    if (!g.plan) {
        return;
    }
    const auto closed_by = g.plan->calendar().closed(std::chrono::floor<std::chrono::seconds>(facts.now));
    facts.is_within_hours = closed_by != core::guard::outside_hours;
    facts.is_on_allowed_day = closed_by != core::guard::excluded_day;
}

async::awaitable<core::guard_facts> look(const core::message& m, group& g, ports::restart_record& record,
                                         core::guard_facts facts, bool all) {
    const async::frame here;
    facts.limits = g.settings.limits;
    facts.now = wall_now();
    look_at_calendar(g, facts);
    if (all || wants_record(facts.limits) || g.state.breaker()) {
        const ports::restarts_so_far so_far = co_await record.restarts(make_query(m, g, facts.now));
        facts.restarts_today = so_far.today;
        facts.restarts_of_hour = so_far.this_hour;
        facts.restarting = so_far.under_way;
        facts.last_restart = so_far.last_restart;
        if (so_far.breaker) {
            facts.breaker = so_far.breaker->reason;
        }
    }
    if (all || wants_members(facts.limits)) {
        co_await look_at_members(m, g, facts);
    }
    core::guard_facts before_the_probe = facts;
    before_the_probe.dry_run = false;
    const bool is_refused = core::refuse(before_the_probe).has_value();
    if (g.probe != nullptr && !facts.unsteady && (all || !is_refused)) {
        ports::probe_result answer = co_await g.probe->ask(m.target);
        (answer.passes ? facts.steady : facts.unsteady) = std::move(answer.detail);
        if (!all && wants_members(facts.limits)) {
            co_await look_at_members(m, g, facts);  // that took its time: others have begun meanwhile, or fallen
        }
    }
    facts.now = wall_now();
    look_at_calendar(g, facts);
    co_return facts;
}

async::awaitable<std::optional<core::guard>> guard_check::pass(const ports::delivery& d, group& g,
                                                               core::guard_facts known, group_state::act& act) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        try {
            co_return co_await try_to_pass(d, g, known, act);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        act = {};
        if (wall_now() >= d.message->expires_at) {
            co_return core::guard::expired;
        }
        observer_.warn(trouble + "; " + core::to_string(*d.message) +
                       " is not acted on without the record, retrying in 2 s");
        co_await async::sleep_for(store_retry);
    }
}

async::awaitable<std::optional<core::guard>> guard_check::try_to_pass(const ports::delivery& d, group& g,
                                                                      core::guard_facts known, group_state::act& act) {
    const async::frame here;
    const core::message& m = *d.message;
    if (g.state.breaker()) {
        const ports::restarts_so_far so_far = co_await store_.restarts(make_query(m, g, wall_now()));
        note_breaker(g, so_far.breaker);
    }
    core::guard_facts facts = co_await look(m, g, store_, std::move(known));
    if (g.state.breaker()) {
        facts.breaker = g.state.breaker()->reason;
    }
    std::optional<core::guard> refused_by = core::refuse(facts);
    if (refused_by) {
        note_refusal(requests_, m, *refused_by, facts);
        if (refused_by == core::guard::breaker_open) {
            observer_.warn("group '" + g.settings.name + "': the breaker is open since " + *facts.breaker + "; " +
                           core::how_to_close(g.settings.name));
        } else if (refused_by == core::guard::unsteady) {
            observer_.warn("group '" + g.settings.name + "' is unsteady: " + *facts.unsteady);
        }
        co_return refused_by;
    }
    act = group_state::act(g.state, m);
    if (wants_record(g.settings.limits)) {
        refused_by = co_await store_.claim(m, d.attempt, make_query(m, g, facts.now), g.settings.limits);
        if (!refused_by && g.state.breaker()) {
            refused_by = core::guard::breaker_open;
        }
        if (!refused_by && wall_now() >= m.expires_at) {
            refused_by = core::guard::expired;
        }
        if (refused_by) {
            note_refusal(requests_, m, *refused_by, facts);
        }
    }
    co_return refused_by;
}

void guard_check::note_breaker(group& g, const std::optional<core::breaker>& on_record) {
    if (g.state.note_breaker(on_record)) {
        observer_.warn("group '" + g.settings.name + "': the breaker was closed; restarts go on");
    }
}

void guard_check::judge(const core::message& m, group& g, core::outcome& o) {
    if (g.state.judge(o, m.target, g.settings.limits)) {
        observer_.observe(
            {.kind = ports::step_kind::breaker_opened, .message = m, .attempt = o.attempt, .detail = o.opens_breaker});
    }
}

}  // namespace mayhem::pipeline
