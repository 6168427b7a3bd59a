#pragma once

#include <string_view>

namespace mayhem::drivers {

/// Whether a key of a group says what is done to its targets and how, so that each entry of `actions` has its own. All
/// others say who the targets are, and when.
[[nodiscard]] bool is_action_key(std::string_view key) noexcept;

}  // namespace mayhem::drivers
