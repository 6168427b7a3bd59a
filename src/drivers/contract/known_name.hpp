#pragma once

#include <string_view>

namespace mayhem::drivers {

/// Whether a row of a table of names means `name`: that very text, or where it ends in "*" whatever begins so. An empty
/// one means nobody.
[[nodiscard]] constexpr bool means_name(std::string_view row, std::string_view name) noexcept {
    return row.ends_with('*') ? name.starts_with(row.substr(0, row.size() - 1)) : !row.empty() && name == row;
}

}  // namespace mayhem::drivers
