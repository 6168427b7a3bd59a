#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <regex.h>

namespace mayhem::drivers {

/// Which services a group means: exact names ("web.service"), wildcards as of fnmatch(3) ("web-*.service"), and
/// patterns: "re:" and an extended regular expression (POSIX) that must match the whole name. A "!" before any of them
/// excludes what it matches, whatever the others say.
///
/// A pattern is limited to 256 bytes, and its repetitions to 1000 in all: the C library would spend seconds and
/// gigabytes on more. What POSIX does not know (\d and the like), and it would take for something else, is refused.
/// Thread: any; nothing changes after the constructor.
class unit_selector {
public:
    static constexpr std::size_t expression_bytes_max = 256;
    static constexpr std::size_t repetitions_max = 1000;

    /// Throws `std::invalid_argument`, which says why, for what selects nothing, or no service: no text at all, an
    /// empty one, a name without ".service", a template without its instance, a pattern that is none; and for patterns
    /// of which nothing is left (`exclude_everything`).
    explicit unit_selector(std::vector<std::string> patterns);

    [[nodiscard]] bool matches(const std::string& unit) const;

    /// Those that are names, so that each of them means one unit, whether there is one or not. Without the excluded.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return wanted_.names; }

    /// Whether it is meant by its very name.
    [[nodiscard]] bool names(std::string_view unit) const;

    /// What is wrong with one pattern; empty for a good one.
    [[nodiscard]] static std::string why_wrong(const std::string& pattern);

    /// Whether the patterns, each of which is good, certainly select no service.
    [[nodiscard]] static bool exclude_everything(const std::vector<std::string>& patterns);

private:
    struct expression {
        explicit expression(const std::string& text);
        expression(const expression&) = delete;
        expression& operator=(const expression&) = delete;
        ~expression();
        regex_t compiled{};
    };

    struct pattern_set {
        std::vector<std::string> names;
        std::vector<std::string> wildcards;
        std::vector<std::shared_ptr<const expression>> expressions;

        void add(std::string pattern);
        [[nodiscard]] bool matches(const std::string& unit) const;
    };

    pattern_set wanted_;
    pattern_set excluded_;
};

}  // namespace mayhem::drivers
