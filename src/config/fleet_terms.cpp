#include "config/fleet_terms.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/plan/fleet_fingerprint.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::app {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds lost_after_recovery = std::chrono::seconds{60};

/// An interval as PostgreSQL reads it.
template <typename Length>
std::string interval(Length length) {
    return fmt::format("{} ms", duration_cast<milliseconds>(length).count());
}

}  // namespace

core::result<fleet_terms> fleet_terms_of(const config& c, const fleet_config& fleet, const std::string& group) {
    const auto g = std::ranges::find(c.groups, group, [](const group_config& of) { return of.settings.name; });
    if (g == c.groups.end()) {
        return core::failure{fmt::format("there is no group \"{}\" in the config file", group)};
    }
    const pipeline::group_settings& s = g->settings;
    if (!c.seed) {
        return core::failure{
            std::string("seed is missing at the head of the config file: all hosts of a fleet plan with the same one")};
    }
    if (!s.schedule) {
        return core::failure{
            fmt::format("group \"{}\" has no mean_time_between, so no moment of it can be agreed on", group)};
    }
    if (!s.limits.min_healthy) {
        return core::failure{fmt::format(
            "group \"{}\" has no min_healthy: say how many members, over all hosts, are left standing", group)};
    }
    const core::planner planner(*s.schedule, core::random_source(*c.seed), group);
    const nlohmann::json terms{
        {"seed", std::to_string(*c.seed)},
        {"zone", s.schedule->allowed.zone.name()},
        {"adopt", fleet.adopts_by_majority ? "majority" : "operator"},
        {"min_healthy", *s.limits.min_healthy},
        {"max_unavailable", s.limits.max_unavailable},
        {"max_per_day", s.limits.max_per_day},
        {"max_per_hour", s.limits.max_per_hour},
        {"max_failures", s.limits.max_failures},
        {"tolerance", interval(s.schedule->tolerance)},
        {"lost_after", interval(s.recovery_timeout + lost_after_recovery)},
    };
    return fleet_terms{
        .plan = core::fleet_fingerprint(planner, s.limits, duration_cast<core::duration>(s.expires_after),
                                        duration_cast<core::duration>(s.recovery_timeout)),
        .terms = core::json_line(terms)};
}

}  // namespace mayhem::app
