#include "mayhem/core/plan/zone.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <date/tz.h>

#include "mayhem/core/text/closest_name.hpp"

namespace mayhem::core {

namespace {

std::vector<std::string_view> all_names() {
    std::vector<std::string_view> names;
    for (const date::time_zone& z : date::get_tzdb().zones) {
        names.emplace_back(z.name());
    }
    return names;
}

/// "Etc/GMT-2" for "UTC+2" and "GMT+02:00": such a name counts west of Greenwich. Empty for what is no whole hour.
std::string name_of_offset(std::string_view name) {
    if (!name.starts_with("UTC") && !name.starts_with("GMT")) {
        return {};
    }
    name.remove_prefix(3);
    if (name.empty() || (name.front() != '+' && name.front() != '-')) {
        return {};
    }
    const char sign = name.front() == '+' ? '-' : '+';
    name.remove_prefix(1);
    if (name.ends_with(":00")) {
        name.remove_suffix(3);
    }
    name.remove_prefix(std::min(name.find_first_not_of('0'), name.size()));
    return "Etc/GMT" + (std::string(1, sign) + std::string(name));
}

/// A slip of the pen in a place, or in capitals. Between abbreviations it would be hours: PST is not EST.
bool is_near(std::string_view name, std::string_view meant) {
    return name.find('/') != std::string_view::npos || edit_distance(name, meant) == 0;
}

}  // namespace

result<zone> zone::find(std::string_view name) {
    const std::vector<std::string_view> names = all_names();
    for (const std::string_view known : names) {
        if (known == name) {
            return zone(date::locate_zone(std::string(name)));
        }
    }
    std::string why = '"' + std::string(name) + "\" is no time zone of this system: ";
    const auto meant = closest_name(name, names);
    if (const std::string fixed = name_of_offset(name); std::ranges::find(names, fixed) != names.end()) {
        why +=
            "did you mean \"" + fixed + "\", whose sign is the other way round, or a place such as \"Europe/Berlin\"?";
    } else if (meant && is_near(name, *meant)) {
        why += "did you mean \"" + std::string(*meant) + "\"?";
    } else {
        why += "write an IANA name such as \"Europe/Berlin\"";
    }
    return failure{std::move(why)};
}

zone zone::of_system() {
    try {
        return zone(date::current_zone());
    } catch (const std::runtime_error&) {
        return utc();
    }
}

zone zone::utc() { return zone(date::locate_zone("Etc/UTC")); }

const std::string& zone::name() const noexcept { return zone_->name(); }

zone::stretch zone::at(std::chrono::sys_seconds t) const {
    const date::sys_info info = zone_->get_info(t);
    return {.begin = info.begin, .end = info.end, .offset = info.offset};
}

}  // namespace mayhem::core
