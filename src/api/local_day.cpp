#include "api/local_day.hpp"

#include "mayhem/core/plan/calendar.hpp"

namespace mayhem::app {

namespace {

core::calendar always(const core::zone& z) {
    core::calendar_rules rules;
    rules.zone = z;
    return core::calendar(rules);
}

}  // namespace

core::wall_time beginning_of(std::chrono::local_days date, const core::zone& z) {
    const core::calendar calendar = always(z);
    while (calendar.spans(date).empty()) {  // Samoa had no 30 December 2011
        date += std::chrono::days{1};
    }
    return calendar.spans(date).front().begin;
}

local_day day_at(core::wall_time now, const core::zone& z, std::chrono::days later) {
    const std::chrono::local_days date = always(z).date_of(std::chrono::floor<std::chrono::seconds>(now)) + later;
    return {.date = date, .from = beginning_of(date, z), .to = beginning_of(date + std::chrono::days{1}, z)};
}

}  // namespace mayhem::app
