#pragma once

#include <string>
#include <string_view>

namespace mayhem::core {

/// `text` between double quotes, as messages show what somebody wrote. (Not `quoted`: that is std::quoted to whoever
/// passes a std::string.)
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    return std::string(1, '"').append(text).append(1, '"');
}

}  // namespace mayhem::core
