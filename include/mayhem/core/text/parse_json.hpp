#pragma once

#include <cstddef>
#include <string_view>

namespace mayhem::core {

/// How deep JSON from outside may be nested. What engines, clients and templates send has less than ten levels.
inline constexpr std::size_t json_depth_max = 64;

/// Whether arrays and objects are nested deeper than `json_depth_max`. One pass without recursion; what is no JSON is
/// the parser's to refuse.
[[nodiscard]] bool is_nested_too_deep(std::string_view json) noexcept;

/// JSON that somebody else wrote; discarded (`is_discarded`) when it is none, and when it is nested too deep: copying,
/// printing and comparing a value, and every function of ours that walks through one, recurse, and the stack is finite.
/// `Json` is nlohmann::json, which core does not know.
template <typename Json>
[[nodiscard]] Json parse_json(std::string_view text) {
    return is_nested_too_deep(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

}  // namespace mayhem::core
