#include "drivers/proc/service_group.hpp"

#include <algorithm>

namespace mayhem::drivers {

namespace {

/// The path in one hierarchy: `named`, "name=systemd" of version 1, or empty, which is version 2.
std::string_view path_in(std::string_view text, std::string_view named) {
    while (const std::optional<control_group_line> line = take_line(text)) {
        const std::string_view after_number = line->hierarchy.substr(line->hierarchy.find(':') + 1);
        if (after_number.substr(0, after_number.size() - 1) == named) {
            return line->path;
        }
    }
    return {};
}

/// Takes what stands before the next unit on the path away, and the unit as well; empty: there is none.
std::string take_unit(std::string_view& path) {
    while (!path.empty()) {
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
        std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        if (part.starts_with('_')) {
            part.remove_prefix(1);  // a name that the kernel would have taken for one of its own files
        }
        if (part.ends_with(".service") || part.ends_with(".scope")) {
            return std::string(part);
        }
    }
    return {};
}

}  // namespace

std::optional<control_group_line> take_line(std::string_view& control_group) {
    while (!control_group.empty()) {
        const std::string_view line = control_group.substr(0, control_group.find('\n'));
        control_group.remove_prefix(std::min(line.size() + 1, control_group.size()));
        const std::size_t controllers = line.find(':');
        const std::size_t path = controllers == std::string_view::npos ? controllers : line.find(':', controllers + 1);
        if (path != std::string_view::npos) {
            return control_group_line{.hierarchy = line.substr(0, path + 1), .path = line.substr(path + 1)};
        }
    }
    return std::nullopt;
}

std::string_view group_of_version_2(std::string_view control_group) {
    while (const std::optional<control_group_line> line = take_line(control_group)) {
        if (line->hierarchy == "0::") {
            return line->path == "/" ? std::string_view() : line->path;
        }
    }
    return {};
}

service_group find_service(std::string_view control_group) {
    for (const std::string_view hierarchy : {"name=systemd", ""}) {
        std::string_view path = path_in(control_group, hierarchy);
        service_group found{.unit = take_unit(path)};
        if (found.unit.starts_with("user@")) {
            found = {.unit = take_unit(path), .is_of_user = true};
        }
        if (!found.unit.empty()) {
            return found.unit.ends_with(".service") ? found : service_group{};
        }
    }
    return {};
}

std::string find_unit(std::string_view control_group) {
    for (const std::string_view hierarchy : {"name=systemd", ""}) {
        std::string_view path = path_in(control_group, hierarchy);
        if (std::string unit = take_unit(path); !unit.empty()) {
            return unit;
        }
    }
    return {};
}

}  // namespace mayhem::drivers
