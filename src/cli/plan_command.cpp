#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <tuple>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/exit_status.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/plan_text.hpp"
#include "mayhem/core/calendar.hpp"
#include "mayhem/core/planner.hpp"
#include "stores/facts.hpp"

namespace mayhem::cli {

namespace {

using namespace std::chrono;

struct seed {
    std::uint64_t value;
    seed_origin origin;
};

seed find_seed(const plan_options& o, const app::config& c) {
    if (o.seed) {
        return {*o.seed, seed_origin::flag};
    }
    if (c.seed) {
        return {*c.seed, seed_origin::config};
    }
    if (const auto path = find_store(o, c); std::filesystem::exists(path)) {
        stores::sqlite_database database = stores::sqlite_database::open_read_only(path);
        if (const auto stored = stores::get_fact(database, "seed")) {
            return {std::stoull(*stored), seed_origin::record};
        }
    }
    return {core::random_source::system_seed() >> 1, seed_origin::drawn};  // as large as a config file may say
}

/// The first moment of the date where the group is, whatever zone the host is in.
core::wall_time beginning_of(local_days date, const core::zone& zone) {
    core::calendar_rules always;
    always.zone = zone;
    const core::calendar calendar(always);
    while (calendar.spans(date).empty()) {  // Samoa had no 30 December 2011
        date += days{1};
    }
    return calendar.spans(date).front().begin;
}

planned_moment describe(const core::planner& p, const std::string& group, core::wall_time at) {
    const auto second = floor<seconds>(at);
    const local_seconds local = p.calendar().local(second);
    const auto shown = fmt::gmtime(local.time_since_epoch().count());
    const minutes offset = duration_cast<minutes>(local.time_since_epoch() - second.time_since_epoch());
    core::random_source random = p.stream_of(at);
    return {.at = at,
            .local = fmt::format("{:%Y-%m-%d %H:%M:%S} {}{:02}{:02}", shown, offset < 0min ? '-' : '+',
                                 abs(offset).count() / 60, abs(offset).count() % 60),
            .weekday = fmt::format("{:%a}", shown),
            .group = group,
            .zone = p.schedule().allowed.zone.name(),
            .draw = "one of the targets that match then, each as likely",
            .message = core::uuid::random(random)};
}

void add_group(const app::group_config& g, const core::random_source& random, const plan_options& o, printed_plan& to) {
    const std::string& name = g.settings.name;
    if (!g.settings.schedule) {
        to.unplanned.push_back(name);
        return;
    }
    core::planner planner(*g.settings.schedule, random, name);
    const core::wall_time from =
        o.from ? beginning_of(local_days{*o.from}, planner.schedule().allowed.zone) : to.printed_at;
    const core::wall_time end = from + duration_cast<core::duration>(o.length);
    std::size_t count = 0;
    for (auto m = planner.next(from - core::duration{1}); m && *m < end; m = planner.next(*m)) {
        if (count++ == o.limit) {
            to.is_cut = true;
            return;
        }
        to.moments.push_back(describe(planner, name, *m));
    }
}

}  // namespace

int show_plan(const plan_options& o) {
    const std::optional<app::config> config = load_config(o);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    const seed seed = find_seed(o, *config);
    printed_plan plan;
    plan.seed = seed.value;
    plan.origin = seed.origin;
    plan.is_dry_run = config->handling.dry_run;
    plan.printed_at = time_point_cast<core::duration>(system_clock::now());
    for (const app::group_config& g : config->groups) {
        if (!o.group || *o.group == g.settings.name) {
            add_group(g, core::random_source(seed.value), o, plan);
        }
    }
    std::ranges::sort(plan.moments, {}, [](const planned_moment& m) { return std::tie(m.at, m.group); });
    if (plan.moments.size() > o.limit) {
        plan.moments.resize(o.limit);
        plan.is_cut = true;
    }
    std::cout << (o.json ? to_json(plan) : to_text(plan));
    return 0;
}

}  // namespace mayhem::cli
