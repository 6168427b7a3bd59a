#pragma once

#include <string>
#include <string_view>

namespace mayhem::drivers {

/// Which scope of systemd's a container lives in, "docker-ID.scope" or "libpod-ID.scope": its engine has the cgroup
/// driver "systemd". `groups` is the text of its first process's /proc/PID/cgroup. Empty: none. Pure.
[[nodiscard]] std::string scope_of(std::string_view groups, std::string_view container_id);

}  // namespace mayhem::drivers
