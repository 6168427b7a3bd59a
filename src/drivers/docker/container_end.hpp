#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/docker/docker_action.hpp"
#include "drivers/docker/docker_container.hpp"
#include "drivers/docker/engine_events.hpp"
#include "mayhem/core/rules/end_seen.hpp"

namespace mayhem::drivers {

/// The act after which a container does not stand.
struct act_on_container {
    docker_action action = docker_action::restart;
    std::string started_at;  ///< of the life that was acted on
};

/// How a container ended that does not run, as its engine tells (Docker 20.10, moby's daemon/events; Podman 4.3): a
/// stop says "kill" and "stop", a kill "kill", and both keep the restart policy out; a crash says "die" alone. Podman
/// says nothing of a stop, but "cleanup" when it will not start the container again, and that its state is "stopping"
/// before. `c`: nothing, if there is none of that name. `events`: of its id. Pure.
[[nodiscard]] core::end_seen end_of_container(const std::optional<container>& c, const act_on_container& act,
                                              const std::vector<engine_event>& events);

/// Why a container is left alone just now, although it is a target otherwise: its engine is at it, or somebody through
/// his engine. Nothing: it is not. `events`: of its id, of the last while; `heir`: there is a container that Compose
/// has made to take its place. Pure.
[[nodiscard]] std::optional<std::string> why_engine_is_busy(const container& c, const std::vector<engine_event>& events,
                                                            bool has_heir);

/// How Compose calls the container that it makes to take the place of `c`, until it has (compose/v2,
/// recreateContainer).
[[nodiscard]] std::string name_of_heir(const container& c);

}  // namespace mayhem::drivers
