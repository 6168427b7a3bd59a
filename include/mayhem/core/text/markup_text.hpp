#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::core {

/// Text as it stands in HTML or XML, between tags and in an attribute in double quotes: printable, and without a
/// character that means something there.
[[nodiscard]] inline std::string markup_text(std::string_view text) {
    std::string result;
    for (const char c : printable_text(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

}  // namespace mayhem::core
