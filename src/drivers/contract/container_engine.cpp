#include "drivers/contract/container_engine.hpp"

#include <algorithm>
#include <array>

#include "drivers/contract/known_name.hpp"

namespace mayhem::drivers {

namespace {

/// Texts as of `means_name`.
struct engine_row {
    std::string_view unit;
    std::string_view program;
    std::string_view engine;
};

constexpr auto engine_rows = std::to_array<engine_row>({
    {"docker.service", "dockerd", "Docker"},
    {"snap.docker.dockerd.service", "docker-proxy", "Docker"},
    {"cri-docker.service", "cri-dockerd", "Docker"},
    {"containerd.service", "containerd", "containerd"},
    {"", "containerd-shim*", "containerd"},
    {"podman.service", "podman", "Podman"},
    {"", "conmon*", "Podman"},
    {"crio.service", "crio", "CRI-O"},
    {"k3s.service", "k3s*", "k3s"},
    {"k3s-agent.service", "", "k3s"},
    {"lxd.service", "lxd", "LXD"},
    {"snap.lxd.daemon.service", "", "LXD"},
    {"incus.service", "incusd", "Incus"},
});

const engine_row* find_engine(std::string_view engine_row::* column, std::string_view name) noexcept {
    const auto* const found =
        std::ranges::find_if(engine_rows, [&](const engine_row& r) { return means_name(r.*column, name); });
    return found == engine_rows.end() ? nullptr : found;
}

std::optional<std::string> tell_engine(const engine_row* found) {
    return found == nullptr ? std::nullopt
                            : std::optional("it runs " + std::string(found->engine) +
                                            "'s containers, which would be hit with it: name the one that is meant");
}

}  // namespace

std::optional<std::string> why_engine_unit(std::string_view unit) {
    return tell_engine(find_engine(&engine_row::unit, unit));
}

std::optional<std::string> why_engine_program(std::string_view name, std::string_view file) {
    const engine_row* const by_name = find_engine(&engine_row::program, name);
    return tell_engine(by_name == nullptr ? find_engine(&engine_row::program, file) : by_name);
}

}  // namespace mayhem::drivers
