#include "discovery/group_name.hpp"

#include <algorithm>
#include <vector>

#include "config/config_group.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t size_max = 64;  // as of `is_group_name`

/// "web" of "web@1.service"
std::string stem_of(std::string_view unit) {
    constexpr std::string_view suffix = ".service";
    if (unit.ends_with(suffix)) {
        unit.remove_suffix(suffix.size());
    }
    return as_group_name(unit.substr(0, unit.find('@')));
}

}  // namespace

std::string as_group_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const std::string_view one(&low, 1);
        if (is_group_name(one) && low != '-') {
            name += low;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    name.resize(std::min(name.size(), size_max));
    while (name.ends_with('-')) {
        name.pop_back();
    }
    return name.empty() ? "group" : name;
}

std::string group_name_of(std::span<const std::string> units) {
    std::vector<std::string> stems;
    for (const std::string& unit : units) {
        std::string stem = stem_of(unit);
        if (std::ranges::find(stems, stem) == stems.end()) {
            stems.push_back(std::move(stem));
        }
    }
    std::string name;
    for (const std::string& stem : stems) {
        name.append(name.empty() ? "" : "-").append(stem);
    }
    if (name.size() > size_max) {
        const std::string rest = "-and-" + std::to_string(stems.size() - 1) + "-more";
        name = stems.front().substr(0, size_max - rest.size()) + rest;
    }
    return as_group_name(name);
}

std::string take_name(const std::string& name, std::set<std::string>& taken) {
    std::string free = name;
    for (int n = 2; !taken.insert(free).second; ++n) {
        const std::string end = "-" + std::to_string(n);
        free = name.substr(0, size_max - end.size()) + end;
    }
    return free;
}

}  // namespace mayhem::app
