#pragma once

#include <initializer_list>
#include <string_view>

#include "mayhem/core/plan/calendar.hpp"

namespace mayhem::core::test {

/// Rules out of texts that are right; throws for others.
inline calendar_rules rules(std::string_view zone_name, std::initializer_list<std::string_view> hours = {},
                            std::initializer_list<std::string_view> days = {},
                            std::initializer_list<std::string_view> excluded = {}) {
    calendar_rules r;
    r.zone = zone::find(zone_name).value();
    if (hours.size() > 0) {
        r.hours.clear();
    }
    for (const std::string_view text : hours) {
        r.hours.push_back(parse_time_window(text).value());
    }
    if (days.size() > 0) {
        r.days.reset();
    }
    for (const std::string_view text : days) {
        r.days |= parse_weekdays(text).value();
    }
    for (const std::string_view text : excluded) {
        r.excluded.push_back(date_range::parse(text).value());
    }
    return r;
}

}  // namespace mayhem::core::test
