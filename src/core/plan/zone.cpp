#include "mayhem/core/plan/zone.hpp"

#include <stdexcept>
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

}  // namespace

result<zone> zone::find(std::string_view name) {
    const std::vector<std::string_view> names = all_names();
    for (const std::string_view known : names) {
        if (known == name) {
            return zone(date::locate_zone(std::string(name)));
        }
    }
    std::string why = '"' + std::string(name) + "\" is no time zone of this system";
    if (const auto meant = closest_name(name, names)) {
        why += ": did you mean \"" + std::string(*meant) + "\"?";
    } else {
        why += ": write an IANA name such as \"Europe/Berlin\"";
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
