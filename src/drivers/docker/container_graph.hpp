#pragma once

#include <functional>
#include <string>
#include <vector>

#include "drivers/docker/docker_container.hpp"
#include "mayhem/core/rules/reach.hpp"

namespace mayhem::drivers {

/// Who goes down with the container of that id, among all that run: whoever lives in its network, IPC or PID namespace
/// (the members of a Podman pod live in that of its infra container), which it takes along when it ends, and whoever
/// Compose would restart with it (`depends_on` with `restart: true`); and who goes down with those. Pure. `is_meant`
/// says whether the group selects one, `is_own` whether Mayhem runs in it.
[[nodiscard]] core::reach reach_of_container(const std::string& id, const std::vector<container>& running,
                                             const std::function<bool(const container&)>& is_meant,
                                             const std::function<bool(const container&)>& is_own);

}  // namespace mayhem::drivers
