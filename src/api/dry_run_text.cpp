#include "api/dry_run_text.hpp"

#include <fmt/format.h>

#include "api/printed_plan.hpp"

namespace mayhem::app {

std::vector<std::string> dry_run_text(const config& c, std::string_view file, std::uint64_t seed, core::wall_time now) {
    if (c.groups.empty()) {
        return {
            "No group is configured, so nothing will happen",
            "To arm a unit of systemd: \"mayhem arm nginx\", as root, which shows what it would write, and asks",
            "For a config of what this host offers, as a dry run: \"mayhem discover -o found.toml\"",
            fmt::format("By hand: a group in {0} (man mayhem.toml), \"mayhem check {0}\", a reload, \"mayhem plan\", "
                        "then dry_run = false, and a reload again",
                        file)};
    }
    std::vector<std::string> lines;
    plan_question next;
    next.limit = dry_run_moments_max;
    const printed_plan plan = print_plan(c, seed, seed_origin::record, next, now);
    lines.reserve(plan.moments.size() + 2);
    for (const planned_moment& m : plan.moments) {
        lines.push_back(
            fmt::format("Would restart one of the targets of group '{}' on {} {}", m.group, m.weekday, m.local));
    }
    if (plan.moments.empty() && plan.unplanned.empty()) {
        lines.emplace_back("Would restart nothing in the next 7 days: no moment of the plan is in them");
    }
    lines.push_back(
        fmt::format("Each restart is refused and recorded until {0} says dry_run = false and is reloaded; "
                    "\"mayhem plan -c {0}\" shows all moments",
                    file));
    return lines;
}

}  // namespace mayhem::app
