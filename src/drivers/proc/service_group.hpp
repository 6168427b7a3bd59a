#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mayhem::drivers {

/// A line of /proc/PID/cgroup (cgroups(7)): "1:name=systemd:/system.slice/nginx.service". Refers to the text.
struct control_group_line {
    std::string_view hierarchy;  ///< "1:name=systemd:", "0::"
    std::string_view path;       ///< "/system.slice/nginx.service"
};

/// Takes the next line away from the text; nothing: there is none. Pure.
[[nodiscard]] std::optional<control_group_line> take_line(std::string_view& control_group);

/// The path in version 2, from that text; empty: the root, or none. Pure.
[[nodiscard]] std::string_view group_of_version_2(std::string_view control_group);

/// Which service a control group belongs to.
struct service_group {
    std::string unit;         ///< of the host's systemd: "nginx.service"; empty: of none
    bool is_of_user = false;  ///< a service of a user's own manager: `unit` is its name there
};

/// From the text of /proc/PID/cgroup (cgroups(7)): in systemd's hierarchy of version 1, and if that names no unit, in
/// version 2, because a host may have both, and use one: of the first unit on the path, as systemd itself reads it
/// (systemd 252, src/basic/cgroup-util.c, cg_path_get_unit). A scope is no service: systemd did not start what runs in
/// it. Pure.
[[nodiscard]] service_group find_service(std::string_view control_group);

/// The unit of the host's systemd that a control group belongs to, read likewise, be it a service, a scope or a whole
/// user's manager ("user@1000.service"); empty: none. Pure.
[[nodiscard]] std::string find_unit(std::string_view control_group);

}  // namespace mayhem::drivers
