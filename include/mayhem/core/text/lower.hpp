#pragma once

namespace mayhem::core {

/// The small letter of a capital one of ASCII, whatever the locale; everything else as it is.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace mayhem::core
