#include "drivers/systemd/unit_selector.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include <fnmatch.h>

namespace mayhem::drivers {

namespace {

constexpr std::string_view expression_prefix = "re:";
constexpr std::string_view wildcards = "*?[";

bool is_expression(std::string_view pattern) { return pattern.starts_with(expression_prefix); }

bool has_wildcard(std::string_view pattern) { return pattern.find_first_of(wildcards) != std::string_view::npos; }

/// The most that all of {m,n} together can repeat; more than the limit where they are not numbers.
std::size_t count_repetitions(std::string_view text) {
    std::size_t all = 1;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
        if (at > 0 && text[at - 1] == '\\') {
            continue;
        }
        std::size_t largest = 0;
        std::size_t number = 0;
        for (std::size_t i = at + 1; i < text.size() && text[i] != '}'; ++i) {
            const bool is_digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
            number =
                is_digit ? std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text[i] - '0'), 100'000) : 0;
            largest = std::max(largest, number);
        }
        all = std::min<std::size_t>(all * std::max<std::size_t>(largest, 1), 1'000'000);
    }
    return all;
}

/// POSIX leaves a backslash before a letter or digit undefined; glibc takes most of them for the letter.
char unknown_escape(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '\\') {
            if (std::isalnum(static_cast<unsigned char>(text[i + 1])) != 0) {
                return text[i + 1];
            }
            ++i;
        }
    }
    return '\0';
}

std::string why_wrong_expression(const std::string& text) {
    if (text.empty()) {
        return "is empty: write a regular expression behind re:";
    }
    if (text.size() > unit_selector::expression_bytes_max) {
        return "is longer than " + std::to_string(unit_selector::expression_bytes_max) + " bytes";
    }
    if (const char escape = unknown_escape(text); escape != '\0') {
        return std::string("has \\") + escape +
               ", which extended regular expressions do not know: use a bracket such as [0-9] or [[:alpha:]]";
    }
    if (count_repetitions(text) > unit_selector::repetitions_max) {
        return "repeats more than " + std::to_string(unit_selector::repetitions_max) + " times";
    }
    regex_t compiled{};
    const int error = ::regcomp(&compiled, text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (error == 0) {
        ::regfree(&compiled);
        return {};
    }
    std::array<char, 200> why{};
    (void)::regerror(error, &compiled, why.data(), why.size());
    return std::string("is no extended regular expression: ") + why.data();
}

}  // namespace

unit_selector::expression::expression(const std::string& text) {
    if (::regcomp(&compiled, text.c_str(), REG_EXTENDED) != 0) {
        throw std::invalid_argument("\"" + text + "\" is no extended regular expression");
    }
}

unit_selector::expression::~expression() { ::regfree(&compiled); }

std::string unit_selector::why_wrong(const std::string& pattern) {
    constexpr std::string_view suffix = ".service";
    if (is_expression(pattern)) {
        return why_wrong_expression(pattern.substr(expression_prefix.size()));
    }
    if (pattern.empty()) {
        return "is empty: name a service";
    }
    if (pattern.find('/') != std::string::npos) {
        return "is a path: write the unit's name, such as \"web.service\"";
    }
    if (has_wildcard(pattern)) {
        return {};
    }
    if (!pattern.ends_with(suffix)) {
        return pattern.find('.') == std::string::npos
                   ? "lacks its suffix: did you mean \"" + pattern + ".service\"?"
                   : "is no service: only units whose names end in .service can be hit";
    }
    if (pattern.ends_with("@.service")) {
        const std::string name = pattern.substr(0, pattern.size() - suffix.size());
        return "is a template, which never runs itself: write \"" + name + "*.service\" for all its instances, or \"" +
               name + "1.service\" for one";
    }
    return pattern == suffix ? "is no name" : std::string();
}

unit_selector::unit_selector(std::vector<std::string> patterns) {
    if (patterns.empty()) {
        throw std::invalid_argument("no unit is selected: name services, such as \"web.service\" or \"web-*.service\"");
    }
    for (std::string& pattern : patterns) {
        if (const std::string why = why_wrong(pattern); !why.empty()) {
            throw std::invalid_argument(std::string("unit \"").append(pattern).append("\" ").append(why));
        }
        if (is_expression(pattern)) {
            expressions_.push_back(std::make_shared<const expression>(pattern.substr(expression_prefix.size())));
        } else {
            (has_wildcard(pattern) ? wildcards_ : names_).push_back(std::move(pattern));
        }
    }
}

bool unit_selector::matches(const std::string& unit) const {
    const auto is_whole = [&unit](const auto& e) {
        regmatch_t found{};
        return ::regexec(&e->compiled, unit.c_str(), 1, &found, 0) == 0 && found.rm_so == 0 &&
               std::cmp_equal(found.rm_eo, unit.size());
    };
    return std::ranges::find(names_, unit) != names_.end() ||
           std::ranges::any_of(wildcards_,
                               [&unit](const auto& w) { return ::fnmatch(w.c_str(), unit.c_str(), 0) == 0; }) ||
           std::ranges::any_of(expressions_, is_whole);
}

}  // namespace mayhem::drivers
