#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mayhem::app {

/// A config file in which `[group.GROUP]` says `dry_run = false`, all else being as it was, byte for byte: the value is
/// replaced where the section has one, or the key put below the section's head. Nothing: there is no such section as
/// far as lines tell, as where groups are written as inline tables. A guess by lines: whoever takes it parses it, and
/// compares what the two files mean. Pure.
[[nodiscard]] std::optional<std::string> with_group_armed(std::string_view file, std::string_view group);

}  // namespace mayhem::app
