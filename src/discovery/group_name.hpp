#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace mayhem::app {

/// What the units are called in common, as the name of a group: "nginx" of nginx.service, "web" of web@1.service and
/// web@2.service, "nginx-redis-server" of two that have nothing in common. What no name may have becomes "-"; where
/// that is too long, the first and how many more. Pure.
[[nodiscard]] std::string group_name_of(std::span<const std::string> units);

/// A text as a name that `is_group_name` takes: "web" of "Web!". Pure.
[[nodiscard]] std::string as_group_name(std::string_view text);

/// `name`, or "name-2", "name-3", ..., whichever is not taken, and is from now on.
[[nodiscard]] std::string take_name(const std::string& name, std::set<std::string>& taken);

}  // namespace mayhem::app
