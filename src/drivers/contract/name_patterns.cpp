#include "drivers/contract/name_patterns.hpp"

#include <algorithm>

#include <fnmatch.h>

#include "settings/texts.hpp"

namespace mayhem::drivers {

name_patterns::name_patterns(const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns) {
        if (pattern.starts_with('!')) {
            excluded_.push_back(pattern.substr(1));
        } else {
            wanted_.push_back(pattern);
        }
    }
}

bool name_patterns::match(const std::string& name) const {
    const auto matches = [&name](const std::string& pattern) { return matches_wildcard(pattern, name); };
    return (wanted_.empty() || std::ranges::any_of(wanted_, matches)) && !exclude(name);
}

bool name_patterns::exclude(const std::string& name) const {
    return std::ranges::any_of(excluded_, [&name](const auto& pattern) { return matches_wildcard(pattern, name); });
}

bool name_patterns::exclude_everything() const {
    const auto is_excluded = [this](const std::string& pattern) {
        return std::ranges::any_of(excluded_, [&pattern](const auto& excluded) { return covers(excluded, pattern); });
    };
    return wanted_.empty() ? is_excluded("*") : std::ranges::all_of(wanted_, is_excluded);
}

bool has_wildcard(std::string_view pattern) noexcept { return pattern.find_first_of("*?[") != std::string_view::npos; }

bool matches_wildcard(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool covers(const std::string& excluded, const std::string& wanted) {
    // A "*" that matches the letters of a wildcard matches whatever that stands for; "?" and "[...]" may not.
    const bool is_sure = !has_wildcard(wanted) || excluded.find_first_of("?[\\") == std::string::npos;
    return excluded == wanted || (is_sure && matches_wildcard(excluded, wanted));
}

std::vector<std::string> read_except(settings::section& section) {
    std::vector<std::string> patterns;
    if (!read_text_or_texts(section, "except", patterns)) {
        return {};
    }
    for (std::string& pattern : patterns) {
        if (pattern.empty() || pattern.starts_with('!')) {
            section.fail("except", pattern.empty() ? "contains an empty text: leave it out"
                                                   : "\"" + pattern +
                                                         "\" begins with \"!\": what stands here is excluded as it is");
            return {};
        }
        pattern.insert(0, 1, '!');
    }
    return patterns;
}

void fail_excluded(settings::section& section, std::string_view key) {
    section.fail(section.has("except") ? "except" : key, "excludes everything that the group selects");
}

}  // namespace mayhem::drivers
