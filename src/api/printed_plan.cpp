#include "api/printed_plan.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "api/local_day.hpp"
#include "config/armed_groups.hpp"
#include "mayhem/core/rules/act_draw.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono;

planned_moment describe(const core::planner& p, const group_config& g, core::wall_time at) {
    const auto second = floor<std::chrono::seconds>(at);
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
                 std::vector<allowed_window>& to) {
    const core::calendar& calendar = p.calendar();
    const local_days last = calendar.date_of(floor<std::chrono::seconds>(end)) + days{1};
    for (local_days date = calendar.date_of(floor<std::chrono::seconds>(from)) - days{1}; date <= last;
         date += days{1}) {
        for (const core::calendar::span& s : calendar.spans(date)) {
            if (s.end > from && s.begin < end && to.size() < windows_max) {
                to.push_back({.group = group, .from = s.begin, .to = s.end});
            }
        }
    }
}

}  // namespace

plan_walk::plan_walk(const config& c, std::uint64_t seed, const plan_question& q, core::wall_time now)
    : left_(q.limit) {
    for (const group_config& g : c.groups) {
        if (!q.group || *q.group == g.settings.name) {
            add(g, core::random_source(seed), q, now);
        }
    }
}

void plan_walk::add(const group_config& g, const core::random_source& random, const plan_question& q,
                    core::wall_time now) {
    const std::string& name = g.settings.name;
    if (!g.settings.schedule) {
        unplanned_.push_back(name);
        return;
    }
    core::planner planner(*g.settings.schedule, random, name);
    const core::wall_time from = q.from ? beginning_of(local_days{*q.from}, planner.schedule().allowed.zone) : now;
    const core::wall_time end = from + duration_cast<core::duration>(q.length);
    if (q.with_windows) {
        add_windows(planner, name, from, end, windows_);
    }
    lines_.push_back({.group = g, .planner = std::move(planner), .end = end});
    push(from - core::duration{1}, lines_.size() - 1);
}

core::act act_at(const group_config& g, const core::planner& p, core::wall_time at) {
    std::vector<unsigned> weights;
    std::ranges::transform(g.acts, std::back_inserter(weights), &act_config::weight);
    return g.acts.empty() ? core::act{} : g.acts[core::draw_act(weights, p.stream_of(at))].what;
}

bool plan_walk::is_later(const head& a, const head& b) const {
    return std::tie(a.at, lines_[a.line].group.settings.name) > std::tie(b.at, lines_[b.line].group.settings.name);
}

void plan_walk::push(core::wall_time after, std::size_t line) {
    const std::optional<core::wall_time> at = lines_[line].planner.next(after);
    if (at && *at < lines_[line].end) {
        heads_.push_back({.at = *at, .line = line});
        std::ranges::push_heap(heads_, [this](const head& a, const head& b) { return is_later(a, b); });
    }
}

std::optional<planned_moment> plan_walk::next() {
    if (heads_.empty() || left_ == 0) {
        is_cut_ = !heads_.empty();
        return std::nullopt;
    }
    std::ranges::pop_heap(heads_, [this](const head& a, const head& b) { return is_later(a, b); });
    const head first = heads_.back();
    heads_.pop_back();
    --left_;
    planned_moment made = describe(lines_[first.line].planner, lines_[first.line].group, first.at);
    push(first.at, first.line);
    return made;
}

printed_plan describe_plan(const config& c, std::uint64_t seed, seed_origin origin, core::wall_time now) {
    printed_plan plan;
    plan.seed = seed;
    plan.origin = origin;
    plan.is_dry_run = is_dry_run(c);
    plan.dry_groups = plan.is_dry_run ? std::vector<std::string>() : dry_groups(c);
    plan.printed_at = now;
    return plan;
}

printed_plan print_plan(const config& c, std::uint64_t seed, seed_origin origin, const plan_question& q,
                        core::wall_time now) {
    printed_plan plan = describe_plan(c, seed, origin, now);
    plan_walk walk(c, seed, q, now);
    plan.unplanned = walk.unplanned();
    plan.windows = walk.windows();
    while (std::optional<planned_moment> m = walk.next()) {
        plan.moments.push_back(*std::move(m));
    }
    plan.is_cut = walk.is_cut();
    return plan;
}

}  // namespace mayhem::app
