#pragma once

#include <csignal>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "mayhem/core/time.hpp"

namespace mayhem::drivers {

/// A container as its engine describes it: what Mayhem looks at, of the two hundred fields that there are. Docker and
/// Podman agree on these.
struct container {
    std::string id;     ///< 64 hexadecimal digits
    std::string name;   ///< without the slash that Docker puts before it
    std::string image;  ///< as the container was created from it: "nginx:1.25", "localhost/shop:latest"
    std::map<std::string, std::string> labels;

    /// A namespace of another container's that it lives in.
    struct shared {
        std::string what;  ///< "network", "IPC", "PID"
        std::string with;  ///< that container's id or name
    };
    std::vector<shared> shares{};

    std::string status;       ///< "running", "exited", "restarting", "removing", ...; Podman knows "stopping" as well
    bool is_running = false;  ///< also while paused
    bool is_paused = false;
    bool is_restarting = false;
    pid_t pid = 0;           ///< of its first process, in the engine's PID namespace; 0 when it does not run
    std::string started_at;  ///< the engine's own text; differs between any two starts
    int exit_code = 0;       ///< of the life before, when it does not run
    std::string error{};     ///< why it could not be started
    int stop_signal = SIGTERM;
    bool has_own_pids = true;  ///< its first process is PID 1 of a PID namespace of its own

    /// "starting", "healthy", "unhealthy"; nothing for a container without a health check.
    std::optional<std::string> health;

    /// Docker asks that check for the first time so long after a start, at the earliest (moby, daemon/health.go: after
    /// an interval, or a start interval within the start period); zero: there is none, or nothing is known of it.
    core::duration first_checked_after{};

    bool is_removed_at_exit = false;  ///< `--rm`
    std::string restart_policy;       ///< "", "no", "always", "unless-stopped", "on-failure"
    int restarts_max = 0;             ///< of "on-failure"; 0: no limit
    int restarts = 0;                 ///< how often the policy has restarted it

    /// Runs, is not paused, and its health check, if it has one, passes.
    [[nodiscard]] bool is_ready() const noexcept {
        return is_running && !is_paused && !is_restarting && (!health || *health == "healthy");
    }
};

/// Whether it runs one command of a service, once: "docker compose run" gives it all labels of the service, and
/// "podman-compose run" the name PROJECT_SERVICE_tmpNUMBER. What such a container does is cut by any act, and done
/// twice by a restart. Pure.
[[nodiscard]] bool is_one_off(const container& c);

/// What the list of containers says of each: enough to leave most of them aside without another question.
struct container_summary {
    std::string id;
    std::string name;
    std::map<std::string, std::string> labels;
};

/// The answers of `GET /containers/json` and `GET /containers/ID/json`. Throw `std::runtime_error` for what is not of
/// that form.
std::vector<container_summary> parse_container_list(std::string_view json);
container parse_container(std::string_view json);

/// The "message" of an error answer; the beginning of the text itself where there is none. Printable.
std::string parse_engine_message(std::string_view body);

}  // namespace mayhem::drivers
