#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/section.hpp"

namespace mayhem::drivers {

/// Names as people write them in a list: wildcards as of fnmatch(3), and behind a "!" those that are not meant. What
/// is only excluded selects nothing: without a wanted pattern, every name is as good as wanted. A value; pure.
class name_patterns {
public:
    name_patterns() = default;

    /// "web-*", "!web-db"
    explicit name_patterns(const std::vector<std::string>& patterns);

    /// One of the wanted, if there are such, and none of the excluded.
    [[nodiscard]] bool match(const std::string& name) const;
    [[nodiscard]] bool exclude(const std::string& name) const;

    [[nodiscard]] const std::vector<std::string>& wanted() const noexcept { return wanted_; }
    [[nodiscard]] const std::vector<std::string>& excluded() const noexcept { return excluded_; }

    /// Certainly no name can match. Of patterns that are both wildcards not every such case is seen.
    [[nodiscard]] bool exclude_everything() const;

private:
    std::vector<std::string> wanted_;
    std::vector<std::string> excluded_;
};

[[nodiscard]] bool has_wildcard(std::string_view pattern) noexcept;
[[nodiscard]] bool matches_wildcard(const std::string& pattern, const std::string& name);

/// Whether `excluded` certainly matches every name that `wanted` matches; both are wildcards.
[[nodiscard]] bool covers(const std::string& excluded, const std::string& wanted);

/// Reads the key `except`, the same in every driver: a pattern or a list of such, each without the "!" that it gets
/// here, so that it can be added to those of another key. Empty when it is absent, or wrong, which is reported.
[[nodiscard]] std::vector<std::string> read_except(settings::section& section);

/// Reports that what a group names is what it excludes.
void fail_excluded(settings::section& section, std::string_view key);

}  // namespace mayhem::drivers
