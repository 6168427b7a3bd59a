#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/rules/reach_watch.hpp"

namespace mayhem::stores {

/// Who was to go down with a target, as the record has it: a JSON array. Before the act, and what became of them.
[[nodiscard]] std::string reach_text(const std::vector<core::neighbour>& falls);
[[nodiscard]] std::string reach_text(const std::vector<core::fate>& fates);

/// The inverse. What is no such text, or has members that this program does not know, is read as far as it goes.
[[nodiscard]] std::vector<core::fate> parse_reach(std::string_view text);

}  // namespace mayhem::stores
