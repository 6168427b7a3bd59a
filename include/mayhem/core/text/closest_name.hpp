#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace mayhem::core {

/// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other, upper and
/// lower case being the same (Damerau-Levenshtein, restricted to one edit a place). Costs the product of the two
/// lengths.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What was probably meant by `name`, for a "did you mean": the candidate with the fewest edits, at most one for three
/// characters, or else the first that begins with it ("exe" for "executable"). Nothing when none is close: a wrong
/// guess is worse than none. Of equals, the first.
std::optional<std::string_view> closest_name(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace mayhem::core
