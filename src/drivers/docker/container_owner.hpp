#pragma once

#include <optional>
#include <string>

#include "drivers/docker/docker_container.hpp"

namespace mayhem::drivers {

/// Who keeps a container, beside its engine: who would start it again, or another one in its place.
struct container_owner {
    enum class kind {
        compose,  ///< made it, and starts nothing by itself: what its file says is for the engine to do
        systemd,  ///< runs it as a unit (Podman's Quadlet, "podman generate systemd")
        swarm,    ///< replaces what ends by a container of another name
        kubelet,  ///< likewise
    };
    kind who = kind::compose;
    std::string name;  ///< "systemd (unit web.service)", for a person
    std::string part;  ///< what the owner calls it: "web.service", "web", "default/web-0"
};

/// As its labels say; nothing: the engine alone. Pure.
[[nodiscard]] std::optional<container_owner> owner_of(const container& c);

/// Why the container is its owner's to restart, with what to do instead, which leaves the owner whole; nothing for one
/// that its engine may restart. Pure.
[[nodiscard]] std::optional<std::string> why_owned(const container& c);

/// How it gets a restart policy, in the words of who made it: "give the service restart: always in its Compose file".
/// Pure.
[[nodiscard]] std::string how_to_give_policy(const container& c);

}  // namespace mayhem::drivers
