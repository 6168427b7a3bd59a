#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// What the service's user may not do to units of systemd, though groups of a config would have it done.
struct missing_rights {
    std::vector<std::string> warnings{};  ///< "group 'web': the user mayhem may not restart nginx.service: ..."
    std::string rules{};  ///< a whole file for polkit that allows all of it, and what is allowed already
};

/// Asks polkit, as it would be asked by systemd, for the process of the packaged service: what it would say to a
/// restart, a kill or a stop of each unit that is a target now. Nothing is missing where that cannot be asked: no
/// service runs, it runs as root, we are not root (to whom alone polkit answers that), or there is no pkcheck. Asks for
/// at most `rights_asked_max` units. Touches nothing; blocks for some seconds at the most. Does not throw.
[[nodiscard]] missing_rights find_missing_rights(const config& c) noexcept;

inline constexpr std::size_t rights_asked_max = 50;

}  // namespace mayhem::app
