#include "probes/alert_matcher.hpp"

#include <algorithm>

namespace mayhem::probes {

namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_label_name(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Between the quotes: none that is not escaped, and no backslash at the end.
bool is_quotable(std::string_view text) {
    bool is_escaped = false;
    for (const char c : text) {
        if (c == '"' && !is_escaped) {
            return false;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    return !is_escaped;
}

}  // namespace

std::string find_matcher_fault(std::string_view matcher) {
    const std::size_t end = matcher.find_first_of("=!");
    if (end == std::string_view::npos || !is_label_name(matcher.substr(0, end))) {
        return R"(is no matcher: write a label's name, =, !=, =~ or !~, and its value in quotes, such as service="web")";
    }
    std::string_view rest = matcher.substr(end);
    const bool is_known =
        rest.starts_with("=~") || rest.starts_with("!~") || rest.starts_with("!=") || rest.starts_with("=");
    if (!is_known) {
        return "has none of =, !=, =~ and !~ behind the label's name";
    }
    rest.remove_prefix(rest.starts_with('=') && !rest.starts_with("=~") ? 1 : 2);
    if (rest.size() < 2 || !rest.starts_with('"') || !rest.ends_with('"') ||
        !is_quotable(rest.substr(1, rest.size() - 2))) {
        return R"(must have its value in quotes, such as service="web")";
    }
    return {};
}

}  // namespace mayhem::probes
