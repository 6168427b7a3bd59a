#include "config/short_hours.hpp"

#include <chrono>
#include <optional>

#include "mayhem/core/plan/calendar.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::app {

namespace {

/// As long as the hours are is too long as well: no moment is that exact.
std::string why_never(const act_config& a, std::chrono::nanoseconds length, std::chrono::minutes open) {
    return "its " + a.what.name + " is to last " + core::format_duration(length) +
           ", but its hours are open for at most " + core::format_duration(open) +
           " at a stretch, and all that time must lie within them: it is never begun (too_near_the_end); give it a "
           "shorter \"for\", or wider hours";
}

}  // namespace

std::vector<std::string> find_short_hours(const config& c) {
    std::vector<std::string> found;
    for (const group_config& g : c.groups) {
        const auto open = g.settings.schedule ? core::longest_opening(g.settings.schedule->allowed) : std::nullopt;
        if (!open || g.kind->lasts == nullptr) {
            continue;
        }
        for (const act_config& a : g.acts) {
            if (const auto length = g.kind->lasts(a.driver); length && *length >= *open) {
                found.push_back("group '" + g.settings.name + "': " + why_never(a, *length, *open));
            }
        }
    }
    return found;
}

}  // namespace mayhem::app
