#include "api/printed_plan.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "api/local_day.hpp"
#include "config/armed_groups.hpp"
#include "mayhem/core/rules/act_draw.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono;

planned_moment describe(const core::planner& p, const group_config& g, core::wall_time at) {
    const auto second = floor<seconds>(at);
    const local_seconds local = p.calendar().local(second);
    const auto shown = fmt::gmtime(local.time_since_epoch().count());
    const minutes offset = duration_cast<minutes>(local.time_since_epoch() - second.time_since_epoch());
    core::random_source random = p.stream_of(at);
    return {.at = at,
            .local = fmt::format("{:%Y-%m-%d %H:%M:%S} {}{:02}{:02}", shown, offset < 0min ? '-' : '+',
                                 abs(offset).count() / 60, abs(offset).count() % 60),
            .weekday = fmt::format("{:%a}", shown),
            .group = g.settings.name,
            .zone = p.schedule().allowed.zone.name(),
            .draw = "one of the eligible targets, each once a round",
            .message = core::uuid::random(random),
            .what = act_at(g, p, at)};
}

constexpr std::size_t windows_max = 10'000;

void add_windows(const core::planner& p, const std::string& group, core::wall_time from, core::wall_time end,
                 printed_plan& to) {
    const core::calendar& calendar = p.calendar();
    const local_days last = calendar.date_of(floor<seconds>(end)) + days{1};
    for (local_days date = calendar.date_of(floor<seconds>(from)) - days{1}; date <= last; date += days{1}) {
        for (const core::calendar::span& s : calendar.spans(date)) {
            if (s.end > from && s.begin < end && to.windows.size() < windows_max) {
                to.windows.push_back({.group = group, .from = s.begin, .to = s.end});
            }
        }
    }
}

void add_group(const group_config& g, const core::random_source& random, const plan_question& q, printed_plan& to) {
    const std::string& name = g.settings.name;
    if (!g.settings.schedule) {
        to.unplanned.push_back(name);
        return;
    }
    core::planner planner(*g.settings.schedule, random, name);
    const core::wall_time from =
        q.from ? beginning_of(local_days{*q.from}, planner.schedule().allowed.zone) : to.printed_at;
    const core::wall_time end = from + duration_cast<core::duration>(q.length);
    if (q.with_windows) {
        add_windows(planner, name, from, end, to);
    }
    std::size_t count = 0;
    for (auto m = planner.next(from - core::duration{1}); m && *m < end; m = planner.next(*m)) {
        if (count++ == q.limit) {
            to.is_cut = true;
            return;
        }
        to.moments.push_back(describe(planner, g, *m));
    }
}

}  // namespace

core::act act_at(const group_config& g, const core::planner& p, core::wall_time at) {
    std::vector<unsigned> weights;
    std::ranges::transform(g.acts, std::back_inserter(weights), &act_config::weight);
    return g.acts.empty() ? core::act{} : g.acts[core::draw_act(weights, p.stream_of(at))].what;
}

printed_plan print_plan(const config& c, std::uint64_t seed, seed_origin origin, const plan_question& q,
                        core::wall_time now) {
    printed_plan plan;
    plan.seed = seed;
    plan.origin = origin;
    plan.is_dry_run = is_dry_run(c);
    plan.dry_groups = plan.is_dry_run ? std::vector<std::string>() : dry_groups(c);
    plan.printed_at = now;
    for (const group_config& g : c.groups) {
        if (!q.group || *q.group == g.settings.name) {
            add_group(g, core::random_source(seed), q, plan);
        }
    }
    std::ranges::sort(plan.moments, {}, [](const planned_moment& m) { return std::tie(m.at, m.group); });
    if (plan.moments.size() > q.limit) {
        plan.moments.resize(q.limit);
        plan.is_cut = true;
    }
    return plan;
}

}  // namespace mayhem::app
