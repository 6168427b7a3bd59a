#include "api/page/group_today.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "api/printed_plan.hpp"
#include "mayhem/core/rules/foreseen.hpp"

namespace mayhem::app {

namespace {

using stores::act_kind;

std::optional<core::guard> foresee(const group_today& g, const page_facts& f, const local_day& day) {
    const pipeline::group_settings* const s = find_settings(f, g.group->name);
    const bool is_dry = f.settings->handling.dry_run;
    core::foreseeable known{.is_halted = !f.halts.empty(),
                            .is_breaker_open = g.group->breaker.has_value(),
                            .is_dry_run = s != nullptr ? s->dry_run.value_or(is_dry) : is_dry,
                            .acts_that_day = g.acts()};
    const bool has_the_same_day =
        s != nullptr && s->schedule && beginning_of(day.date, s->schedule->allowed.zone) == day.from;
    if (has_the_same_day) {
        known.max_per_day = s->limits.max_per_day;
    }
    return core::foreseen_refusal(known);
}

void plan_ahead(group_today& g, const page_facts& f, plan_book& plans, const local_day& day) {
    g.plan = plans.day(g.group->name, day, f.now);
    if (g.plan == nullptr) {
        return;
    }
    const auto ahead = std::ranges::upper_bound(g.plan->moments, f.now);
    g.planned = static_cast<std::size_t>(g.plan->moments.end() - ahead);
    g.next = ahead != g.plan->moments.end() ? std::optional(*ahead) : g.plan->next_after;
    const group_config* const config = find_group_config(f, g.group->name);
    const core::planner* const planner = plans.planner(g.group->name);
    if (g.next && config != nullptr && planner != nullptr) {
        g.next_act = act_at(*config, *planner, *g.next);
    }
    g.refused_by = foresee(g, f, day);
}

}  // namespace

const group_config* find_group_config(const page_facts& f, const std::string& name) {
    const auto found = std::ranges::lower_bound(
        f.settings->groups, name, {}, [](const group_config& g) -> const std::string& { return g.settings.name; });
    const bool is_found = found != f.settings->groups.end() && found->settings.name == name;
    return is_found ? &*found : nullptr;
}

const pipeline::group_settings* find_settings(const page_facts& f, const std::string& name) {
    const group_config* const found = find_group_config(f, name);
    return found == nullptr ? nullptr : &found->settings;
}

std::size_t group_today::count(act_kind k) const {
    const auto found = counts.find(k);
    return found == counts.end() ? 0 : found->second;
}

std::size_t group_today::acts() const {
    return count(act_kind::recovered) + count(act_kind::not_recovered) + count(act_kind::not_tolerated) +
           count(act_kind::aborted) + count(act_kind::no_effect) + count(act_kind::fault_stuck) +
           count(act_kind::unwatched) + count(act_kind::under_way);
}

bool group_today::stands() const {
    return std::ranges::any_of(open, [this](const auto* r) { return group->of(r->what).lasts.count() > 0; });
}

std::chrono::nanoseconds group_today::lasts() const {
    const auto found =
        std::ranges::find_if(open, [this](const auto* r) { return group->of(r->what).lasts.count() > 0; });
    return found == open.end() ? group->lasts : group->of((*found)->what).lasts;
}

std::vector<group_today> sort_today(const page_facts& f, const stores::day_record& d, plan_book& plans,
                                    const local_day& day) {
    std::vector<group_today> all(f.groups.size());
    std::unordered_map<std::string_view, group_today*> by_name;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].group = &f.groups[i];
        by_name[f.groups[i].name] = &all[i];
    }
    const auto with = [&by_name](const std::string& name, auto add) {
        if (const auto found = by_name.find(name); found != by_name.end()) {
            add(*found->second);
        }
    };
    for (const stores::day_count& c : d.counts) {
        with(c.group, [&c](group_today& g) {
            g.counts[c.kind] += c.count;
            g.bins[c.bin][c.kind] += c.count;
        });
    }
    for (const stores::history_row& r : d.attempts) {
        with(r.group, [&r](group_today& g) { g.attempts.push_back(&r); });
    }
    for (const stores::history_row& r : d.open) {
        with(r.group, [&r](group_today& g) { g.open.push_back(&r); });
    }
    for (const stores::skip_row& s : d.skips) {
        with(s.group, [&s](group_today& g) { g.skips.push_back(&s); });
    }
    for (group_today& g : all) {
        plan_ahead(g, f, plans, day);
    }
    std::ranges::sort(all, {}, [](const group_today& g) {
        const int rank = g.stands() ? 0 : !g.open.empty() ? 1 : g.group->breaker ? 2 : g.next ? 3 : 4;
        const std::int64_t next =
            g.next ? g.next->time_since_epoch().count() : std::numeric_limits<std::int64_t>::max();
        return std::make_tuple(rank, rank < 3 ? std::int64_t{0} : next, std::string_view(g.group->name));
    });
    return all;
}

}  // namespace mayhem::app
