#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/rules/reach.hpp"

namespace mayhem::stores {

/// Who was to go down with a target, as the record has it: a JSON array.
[[nodiscard]] std::string reach_text(const std::vector<core::neighbour>& falls);

/// The inverse. What is no such text, or has members that this program does not know, is read as far as it goes.
[[nodiscard]] std::vector<core::neighbour> parse_reach(std::string_view text);

}  // namespace mayhem::stores
