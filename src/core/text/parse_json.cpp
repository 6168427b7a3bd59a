#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::core {

bool is_nested_too_deep(std::string_view json) noexcept {
    std::size_t depth = 0;
    bool is_in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            is_in_string = !is_in_string;
        } else if (is_in_string) {
            i += c == '\\' ? 1 : 0;
        } else if (c == '[' || c == '{') {
            if (++depth > json_depth_max) {
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace mayhem::core
