#include "drivers/docker/container_owner.hpp"

#include <utility>

namespace mayhem::drivers {

namespace {

using kind = container_owner::kind;

std::string label_of(const container& c, const char* name) {
    const auto found = c.labels.find(name);
    return found == c.labels.end() ? std::string() : found->second;
}

}  // namespace

std::optional<container_owner> owner_of(const container& c) {
    if (const std::string pod = label_of(c, "io.kubernetes.pod.name"); !pod.empty()) {
        std::string part = label_of(c, "io.kubernetes.pod.namespace") + '/' + pod;
        return container_owner{.who = kind::kubelet, .name = "the kubelet (pod " + part + ')', .part = part};
    }
    if (std::string service = label_of(c, "com.docker.swarm.service.name"); !service.empty()) {
        return container_owner{.who = kind::swarm, .name = "Docker Swarm (service " + service + ')', .part = service};
    }
    if (std::string unit = label_of(c, "PODMAN_SYSTEMD_UNIT"); !unit.empty()) {
        return container_owner{.who = kind::systemd, .name = "systemd (unit " + unit + ')', .part = unit};
    }
    if (std::string service = label_of(c, "com.docker.compose.service"); !service.empty()) {
        const std::string project = label_of(c, "com.docker.compose.project");
        return container_owner{.who = kind::compose,
                               .name = "Compose (project " + project + ", service " + service + ')',
                               .part = service};
    }
    return std::nullopt;
}

std::optional<std::string> why_owned(const container& c) {
    const std::optional<container_owner> owner = owner_of(c);
    if (!owner) {
        return std::nullopt;
    }
    switch (owner->who) {
        case kind::systemd:
            return "it belongs to " + owner->name +
                   ", beside which its engine would start it, and which alone knows whether it starts it again: use "
                   "driver = \"systemd\" with units = [\"" +
                   owner->part + "\"]";
        case kind::swarm:
            return "it belongs to " + owner->name +
                   ", which replaces what ends by a container of another name: use driver = \"command\" with \"docker "
                   "service update --force " +
                   owner->part + '"';
        case kind::kubelet:
            return "it belongs to " + owner->name +
                   ", which replaces what ends by a container of another name: use driver = \"command\" with \"kubectl "
                   "delete pod\"";
        case kind::compose: break;
    }
    return std::nullopt;
}

std::string how_to_give_policy(const container& c) {
    const std::optional<container_owner> owner = owner_of(c);
    return owner && owner->who == kind::compose
               ? "give the service " + owner->part + " restart: always in its Compose file"
               : "give it --restart=always";
}

}  // namespace mayhem::drivers
