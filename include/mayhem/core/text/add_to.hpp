#pragma once

#include <string>
#include <string_view>

namespace mayhem::core {

/// One more thing to be said beside those that stand in `text`: "a; b". What is empty says nothing.
inline void add_to(std::string& text, std::string_view more) {
    if (!more.empty()) {
        text.append(text.empty() ? "" : "; ").append(more);
    }
}

}  // namespace mayhem::core
