#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app {

/// Whether everything happens to the group but the act: as it says itself, or else as the head of the file does.
[[nodiscard]] bool is_dry_run(const config& c, const group_config& g);

/// Nothing is done to any group. Without groups: as the head of the file says.
[[nodiscard]] bool is_dry_run(const config& c);

/// The groups that are, by name.
[[nodiscard]] std::vector<std::string> dry_groups(const config& c);

/// "armed", "dry run: nothing is restarted", or "armed in 1 of 3 groups: web".
[[nodiscard]] std::string describe_mode(const config& c);

/// Whatever the file says, of its head and of its groups: `--no-dry-run`.
void arm_everything(config& c);

}  // namespace mayhem::app
