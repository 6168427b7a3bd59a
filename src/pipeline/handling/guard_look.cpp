#include "pipeline/handling/guard_look.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/model/list_targets.hpp"
#include "pipeline/model/who_stands.hpp"

namespace mayhem::pipeline {

namespace {

bool wants_members(const core::guard_limits& l) noexcept {
    return l.min_healthy != std::size_t{0} || l.max_unavailable > 0 || l.min_age > core::duration{} ||
           l.min_rest > core::duration{};
}

/// Without a schedule, limits count by UTC.
core::zone zone_of(const group& g) {
    return g.settings.schedule ? g.settings.schedule->allowed.zone : core::zone::utc();
}

void look_at_calendar(const group& g, core::guard_facts& facts) {
    if (!g.plan) {
        return;
    }
    const auto closed_by = g.plan->calendar().closed(std::chrono::floor<std::chrono::seconds>(facts.now));
    facts.is_within_hours = closed_by != core::guard::outside_hours;
    facts.is_on_allowed_day = closed_by != core::guard::excluded_day;
}

/// What is begun must be over in time by itself.
void look_at_end(const group& g, ports::driver& by, core::guard_facts& facts) {
    const ports::lasting* const lasts = by.lasts();
    if (lasts == nullptr) {
        return;
    }
    facts.lasts = std::chrono::duration_cast<core::duration>(lasts->terms().length);
    if (g.plan) {
        const auto now = std::chrono::floor<std::chrono::seconds>(facts.now);
        const auto end = std::chrono::ceil<std::chrono::seconds>(facts.now + *facts.lasts);
        facts.ends_within_hours = g.plan->calendar().stays_open(now, end - now);
    }
}

void look_at_clock(const group& g, ports::driver& by, core::guard_facts& facts) {
    facts.now = async::this_loop().clock().wall_now();
    look_at_calendar(g, facts);
    look_at_end(g, by, facts);
}

bool is_victim(const core::message& m, const core::target& t) {
    return t.id == m.target.id && t.incarnation == m.target.incarnation;
}

bool is_to_fall(const core::guard_facts& facts, const core::target& t) {
    return facts.reach && std::ranges::count(facts.reach->falls, t.id, &core::neighbour::id) > 0;
}

void count_members(const core::message& m, group& g, ports::driver& by, const std::vector<core::target>& seen,
                   const group_state::all_acted_on& acted_on, const acted_incarnations& acted,
                   core::guard_facts& facts) {
    const who_stands stands{.g = g, .acted_on = acted_on, .acted = acted};
    const auto has_id = [&m](const core::target& t) { return t.id == m.target.id; };
    const auto falls = [&](const core::target& t) { return is_to_fall(facts, t) && !is_victim(m, t) && stands(t); };
    const auto victim = std::ranges::find_if(seen, [&m](const core::target& t) { return is_victim(m, t); });
    const auto namesakes = std::ranges::count_if(seen, has_id);
    note_members(g, by, seen);
    const core::group_size::count size = members_of(g);
    facts.members = size.members;
    facts.are_members_stated = size.is_stated;
    facts.members_shown_on = size.shown_on;
    facts.healthy = static_cast<std::size_t>(std::ranges::count_if(seen, stands));
    facts.falling = static_cast<std::size_t>(std::ranges::count_if(seen, falls));
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

async::awaitable<void> look_at_members(const core::message& m, group& g, ports::driver& by,
                                       const acted_incarnations& acted, core::guard_facts& facts) {
    const async::frame here;
    const group_state::all_acted_on acted_on = g.state.acted_on();
    try {
        std::vector<core::target> seen = co_await list_targets(by);
        count_members(m, g, by, seen, acted_on, acted, facts);
        const who_stands stands{.g = g, .acted_on = acted_on, .acted = acted};
        std::erase_if(seen,
                      [&](const core::target& t) { return is_victim(m, t) || is_to_fall(facts, t) || !stands(t); });
        facts.beside = seen.empty() ? nullptr : std::make_shared<const std::vector<core::target>>(std::move(seen));
    } catch (const core::targets_unlisted& e) {
        facts.unsteady = std::string("its targets cannot be listed: ") + e.what();
    }
}

/// The steady state, and what would end what lasts at once: where that does not pass, nothing is begun.
async::awaitable<void> ask_probes(const core::target& t, const group& g, core::guard_facts& facts) {
    const async::frame here;
    if (g.probe != nullptr) {
        ports::probe_result answer = co_await g.probe->ask(t);
        (answer.passes ? facts.steady : facts.unsteady) = std::move(answer.detail);
    }
    if (g.stop_if != nullptr && !facts.unsteady) {
        ports::probe_result answer = co_await g.stop_if->ask(t);
        if (!answer.passes) {
            facts.unsteady = "stop_if does not pass: " + std::move(answer.detail);
        } else if (!facts.steady) {
            facts.steady = std::move(answer.detail);
        }
    }
}

void note(std::shared_ptr<const core::reach> reach, const group& g, core::guard_facts& facts) {
    facts.reach = std::move(reach);
    facts.out_of_reach = core::why_out_of_reach(*facts.reach, g.settings.reach);
}

async::awaitable<void> look_around(const core::message& m, const group& g, ports::neighbourhood& around,
                                   core::guard_facts& facts) {
    const async::frame here;
    std::vector<core::reach> found = co_await around.reach_of(std::vector{m.target});
    note(std::make_shared<const core::reach>(std::move(found.front())), g, facts);
}

void note(ports::restarts_so_far&& so_far, core::guard_facts& facts) {
    facts.restarts_today = so_far.today;
    facts.restarts_of_hour = so_far.this_hour;
    facts.restarting = so_far.under_way;
    facts.last_restart = so_far.last_restart;
    if (so_far.breaker) {
        facts.breaker = std::move(so_far.breaker->reason);
    }
}

}  // namespace

bool wants_record(const core::guard_limits& l) noexcept {
    return l.max_unavailable > 0 || l.max_per_day > 0 || l.max_per_hour > 0 || l.min_rest > core::duration{};
}

bool must_ask(const group& g, ports::driver& by) noexcept {
    const core::guard_limits& l = g.settings.limits;
    return g.settings.is_shared || g.probe != nullptr || g.stop_if != nullptr || g.state.breaker() ||
           wants_members(l) || wants_record(l) || by.neighbours() != nullptr;
}

ports::restarts_query query_for(const core::message& m, const group& g, core::wall_time now) {
    return {
        .group = g.settings.name, .target = m.target.id, .except = m.id, .windows = core::windows_at(now, zone_of(g))};
}

core::guard_facts guard_look::at_once(const core::message& m, const group* g, acted_incarnations::key k) const {
    const async::loop& loop = async::this_loop();
    ports::driver* const by = g == nullptr ? nullptr : find_driver(*g, m);
    core::guard_facts facts{
        .now = loop.turn_wall_time(),
        .expires_at = m.expires_at,
        .halted = halt_.is_halted(),
        .is_opted_in = by != nullptr,
        .is_restarted = g != nullptr && (acted_.is_taken(k, loop.turn_time()) ||
                                         (g->acts.is_mixed() && acted_.is_taken(m.target, *g, loop.turn_time()))),
        .is_unsettled = g != nullptr && acted_.unsettled().has(m.target, *g, {loop.turn_wall_time(), loop.turn_time()}),
        .dry_run = g != nullptr ? g->settings.dry_run.value_or(dry_run_) : dry_run_};
    if (g != nullptr) {
        look_at_calendar(*g, facts);
        if (by != nullptr) {
            look_at_end(*g, *by, facts);
        }
    }
    return facts;
}

async::awaitable<core::guard_facts> guard_look::ask(const core::message& m, group& g, acted_incarnations::key k) const {
    return ask(m, g, at_once(m, &g, k), false, nullptr);
}

async::awaitable<core::guard_facts> guard_look::ask_all(const core::message& m, group& g,
                                                        const group_seen* seen) const {
    return ask(m, g, at_once(m, &g, acted_incarnations::key_of(m.target, g)), true, seen);
}

async::awaitable<core::guard_facts> guard_look::ask(const core::message& m, group& g, core::guard_facts facts, bool all,
                                                    const group_seen* seen) const {
    const async::frame here;
    ports::driver& by = driver_of(g, m);
    facts.limits = g.settings.limits;
    look_at_clock(g, by, facts);
    if (all || wants_record(facts.limits) || g.state.breaker()) {
        ports::restarts_so_far so_far = co_await record_.restarts(query_for(m, g, facts.now));
        note(std::move(so_far), facts);
    }
    const bool must_list = all || wants_members(facts.limits);
    if (seen != nullptr) {
        if (seen->reach) {
            note(seen->reach, g, facts);
        }
        count_members(m, g, by, seen->members, seen->acted_on, acted_, facts);
    } else {
        if (ports::neighbourhood* const around = by.neighbours()) {
            co_await look_around(m, g, *around, facts);
        }
        if (must_list) {
            co_await look_at_members(m, g, by, acted_, facts);
        }
    }
    core::guard_facts before_the_probe = facts;
    before_the_probe.dry_run = false;
    const bool is_refused = core::refuse(before_the_probe).has_value();
    const bool has_probes = g.probe != nullptr || g.stop_if != nullptr;
    if (has_probes && !facts.unsteady && (all || !is_refused)) {
        co_await ask_probes(m.target, g, facts);
        if (!all && must_list) {  // that took its time: others have begun meanwhile, or fallen
            co_await look_at_members(m, g, by, acted_, facts);
        }
    }
    look_at_clock(g, by, facts);
    co_return facts;
}

core::guard_facts guard_look::before_act(const group& g) const {
    core::guard_facts facts{.now = async::this_loop().turn_wall_time(),
                            .expires_at = core::wall_time::max(),
                            .halted = halt_.is_halted(),
                            .dry_run = false};
    look_at_calendar(g, facts);
    if (g.state.breaker()) {
        facts.breaker = g.state.breaker()->reason;
    }
    return facts;
}

bool guard_look::is_of_another_hour(const group& g, const core::limit_windows& taken_in) {
    const core::limit_windows now = core::windows_at(async::this_loop().turn_wall_time(), zone_of(g));
    return now.hour != taken_in.hour || now.day != taken_in.day;
}

std::optional<core::guard> guard_look::refusal_before_act(const group& g, ports::driver& by) const {
    const bool nothing_can_refuse = !halt_.is_halted() && !g.plan && !g.state.breaker();
    if (nothing_can_refuse) {
        return std::nullopt;
    }
    core::guard_facts facts = before_act(g);
    look_at_end(g, by, facts);
    return core::refuse(facts);
}

}  // namespace mayhem::pipeline
