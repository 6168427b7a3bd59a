#include "mayhem/core/act.hpp"

#include <string_view>

namespace mayhem::core {

std::string describe(const act& a) {
    if (a.with.empty()) {
        return a.name;
    }
    constexpr std::string_view equals = " = ";
    std::string text = a.name + " (";
    bool is_quoted = false;
    for (std::string_view rest = a.with; !rest.empty();) {
        if (!is_quoted && rest.starts_with(equals)) {
            text += ' ';
            rest.remove_prefix(equals.size());
            continue;
        }
        if (rest.front() == '"') {
            is_quoted = !is_quoted;
        } else {
            text += rest.front();
        }
        rest.remove_prefix(1);
    }
    return text + ')';
}

}  // namespace mayhem::core
