#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/section.hpp"

namespace mayhem::settings {

/// How many texts a list may have.
inline constexpr std::size_t texts_max = 1000;

/// Reads a list of texts, ["a", "b"], which is not empty. An empty text in it is allowed (an argument may be), a NUL
/// is not. Leaves `target` alone when the key is absent, or wrong, which is reported. True if the target was set.
bool read_texts(section& section, std::string_view key, std::vector<std::string>& target);

/// The same, but a single text needs no brackets.
bool read_text_or_texts(section& section, std::string_view key, std::vector<std::string>& target);

/// Reads a table of texts, { NAME = "value" }, in the order of the names.
bool read_text_table(section& section, std::string_view key, std::vector<std::pair<std::string, std::string>>& target);

}  // namespace mayhem::settings
