#pragma once

#include <filesystem>
#include <optional>

namespace mayhem::app {

/// Where the control socket is: `wanted` if given, and nowhere if that is "none"; otherwise `control.sock` in systemd's
/// $RUNTIME_DIRECTORY, in /run/mayhem for root, or in $XDG_RUNTIME_DIR/mayhem; nowhere without any of them.
std::optional<std::filesystem::path> resolve_control_path(const std::optional<std::filesystem::path>& wanted);

/// Where a command finds the daemon: as above, but without `wanted` the first of those places, and then /run/mayhem, at
/// which somebody listens. If nobody does, the first where there is a socket, or might be one that we may not see; the
/// error that it gives is the one to show.
std::optional<std::filesystem::path> find_control_path(const std::optional<std::filesystem::path>& wanted);

}  // namespace mayhem::app
