#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "drivers/docker/docker_container.hpp"

namespace mayhem::drivers {

/// The engine of the bed (tests/support/container_bed.sh), as the tests use it: every call blocks, and throws when the
/// engine says no. Any thread.
class container_engine {
public:
    /// Waits for the engine, and makes the image "mayhem-test:1" unless it is there.
    container_engine();

    [[nodiscard]] const std::string& socket() const noexcept { return socket_; }
    [[nodiscard]] bool is_podman() const;

    /// A container that runs `script` in a shell. `extra` is merged into what the Engine API's create is given.
    void create(const std::string& name, const std::string& script, const nlohmann::json& extra) const;
    void post(const std::string& path) const;

    /// Runs the health check once: without systemd, Podman never does so by itself. Nothing to do for Docker.
    void check_health(const std::string& name) const;

    [[nodiscard]] container inspect(const std::string& name) const;

    /// Removes it, whatever it does; nothing if it is not there.
    void remove(const std::string& name) const;

private:
    std::string ask(const std::string& method, const std::string& path, const std::string& body = {},
                    const std::string& type = "application/json") const;

    std::string socket_;
};

/// A name that no other container has.
std::string unique_container_name();

/// What makes a container opt in, with a restart policy.
nlohmann::json opted_in(const std::string& restart_policy = "always");

/// A container for the length of a test.
class test_container {
public:
    explicit test_container(const nlohmann::json& extra = opted_in(),
                            const std::string& script = "while :; do sleep 1; done");
    ~test_container();
    test_container(const test_container&) = delete;
    test_container& operator=(const test_container&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] container look() const { return engine_.inspect(name_); }
    [[nodiscard]] const container_engine& engine() const noexcept { return engine_; }

private:
    const container_engine engine_;
    const std::string name_ = unique_container_name();
};

}  // namespace mayhem::drivers
