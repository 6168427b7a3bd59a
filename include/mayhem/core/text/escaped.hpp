#pragma once

#include <string>
#include <string_view>

namespace mayhem::core {

/// `text` between double quotes, as TOML, JSON and JavaScript read it back: what would end it, or is no printable
/// character, is escaped. `text` is UTF-8.
[[nodiscard]] inline std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string all = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            all.append(1, '\\').append(1, c);
        } else if (byte < 0x20 || byte == 0x7f) {
            all.append("\\u00").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
        } else {
            all.append(1, c);
        }
    }
    return all.append(1, '"');
}

}  // namespace mayhem::core
