#pragma once

#include <string_view>

namespace mayhem::settings {

/// A key that a section may have.
struct key {
    std::string_view name;
    std::string_view preset;  ///< the default as it would be written; empty: there is none
};

}  // namespace mayhem::settings
