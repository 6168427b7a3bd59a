#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "drivers/docker/docker_container.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

/// What is done to a container.
enum class docker_action {
    restart,   ///< the engine stops and starts it
    kill,      ///< the engine signals it. Both engines take that for "stopped on purpose": the restart policy stays out
    crash,     ///< its first process is signalled past the engine, as a crash would end it: the restart policy acts
    pause,     ///< all its processes stand still for a while, and then go on
    cut,       ///< no packet comes to it for a while
    loss,      ///< a share of them does not
    dns,       ///< no answer of a name server does
    delay,     ///< all of them do, later
    fill,      ///< a file system is full for a while: of a directory of the host, such as that of its volume
    throttle,  ///< it has less of the host for a while, where systemd keeps its control group
};

/// What it does lasts, and then ends by itself.
[[nodiscard]] constexpr bool is_lasting(docker_action a) noexcept { return a >= docker_action::pause; }

/// "restart", "kill", "crash", "pause", "cut", "loss", "dns", "delay", "fill", "throttle"; nothing for another name.
std::optional<docker_action> parse_docker_action(std::string_view name) noexcept;
std::string_view to_string(docker_action a) noexcept;

/// Why the container is left alone, whatever the selector says, with the remedy; nothing if it may be hit.
///
/// A one-off container is somebody's work, `--rm` would have one vanish. And unless `allow_dead`, it must be its
/// engine's to start again (`why_owned`), and come back by itself: after a crash only the restart policies "always",
/// "unless-stopped" and "on-failure" (while it has restarts left, and for a signal that ends it with a failure for
/// sure) start it again; after a kill through the engine, none does. `does`: what its first process does with the
/// signal, `unknown` if nobody has looked; the kernel keeps from the first process of a PID namespace what that does
/// not handle, SIGKILL aside. A pure decision.
std::optional<std::string> why_unfit(const container& c, docker_action action, int signal, bool allow_dead,
                                     system::signal_disposition does = system::signal_disposition::unknown);

}  // namespace mayhem::drivers
