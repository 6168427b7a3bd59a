#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mayhem::app {

/// A place in a config file where it is nested deeper than any config needs.
struct config_depth_excess {
    std::uint32_t line = 0;    ///< from 1
    std::uint32_t column = 0;  ///< from 1, in characters
    std::string text;          ///< what is too deep, and what to do
};

/// No key of a config has more than 4 parts, and no value is nested deeper than 2.
inline constexpr std::size_t key_parts_max = 32;
inline constexpr std::size_t value_depth_max = 32;

/// The first key or header with more than `key_parts_max` parts, or array or inline table that is nested deeper than
/// `value_depth_max`; nothing for every config that can be meant.
///
/// To be asked before toml::parse: toml++ makes a table of each part of a key, limits only how deep values are, and
/// destroys tables by recursion, so that 80 kB of "a.b.b.b..." end the process for want of stack. One pass over the
/// text, without recursion, that knows strings of all four kinds and comments. Where the text is no TOML, toml::parse
/// stops there, and what this makes of the rest does not matter.
[[nodiscard]] std::optional<config_depth_excess> find_depth_excess(std::string_view text);

}  // namespace mayhem::app
