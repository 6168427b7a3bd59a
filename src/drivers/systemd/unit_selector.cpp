#include "drivers/systemd/unit_selector.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "drivers/contract/name_patterns.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view expression_prefix = "re:";

bool is_expression(std::string_view pattern) { return pattern.starts_with(expression_prefix); }

bool is_exclusion(std::string_view pattern) { return pattern.starts_with('!'); }

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
    if (is_exclusion(pattern)) {
        return is_exclusion(pattern.substr(1)) ? "excludes an exclusion" : why_wrong(pattern.substr(1));
    }
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

bool unit_selector::exclude_everything(const std::vector<std::string>& patterns) {
    pattern_set excluded;
    for (const std::string& pattern : patterns) {
        if (is_exclusion(pattern)) {
            excluded.add(pattern.substr(1));
        }
    }
    const auto is_excluded = [&](const std::string& wanted) {
        if (is_exclusion(wanted)) {
            return true;
        }
        const bool is_name = !is_expression(wanted) && !has_wildcard(wanted);
        return std::ranges::find(patterns, '!' + wanted) != patterns.end() || (is_name && excluded.matches(wanted)) ||
               std::ranges::any_of(excluded.wildcards, [&wanted](const std::string& w) {
                   return covers(w, is_expression(wanted) ? "*.service" : wanted);
               });
    };
    return std::ranges::all_of(patterns, is_excluded);
}

unit_selector::unit_selector(std::vector<std::string> patterns) {
    for (const std::string& pattern : patterns) {
        if (const std::string why = why_wrong(pattern); !why.empty()) {
            throw std::invalid_argument(std::string("unit \"").append(pattern).append("\" ").append(why));
        }
    }
    if (exclude_everything(patterns)) {
        throw std::invalid_argument("no unit is selected: name services, such as \"web.service\" or \"web-*.service\"" +
                                    std::string(patterns.empty() ? "" : ", that are not all excluded"));
    }
    for (std::string& pattern : patterns) {
        is_exclusion(pattern) ? excluded_.add(pattern.substr(1)) : wanted_.add(std::move(pattern));
    }
    std::erase_if(wanted_.names, [this](const std::string& name) { return excluded_.matches(name); });
}

void unit_selector::pattern_set::add(std::string pattern) {
    if (is_expression(pattern)) {
        expressions.push_back(std::make_shared<const expression>(pattern.substr(expression_prefix.size())));
    } else {
        (has_wildcard(pattern) ? wildcards : names).push_back(std::move(pattern));
    }
}

bool unit_selector::pattern_set::matches(const std::string& unit) const {
    const auto is_whole = [&unit](const auto& e) {
        regmatch_t found{};
        return ::regexec(&e->compiled, unit.c_str(), 1, &found, 0) == 0 && found.rm_so == 0 &&
               std::cmp_equal(found.rm_eo, unit.size());
    };
    return std::ranges::find(names, unit) != names.end() ||
           std::ranges::any_of(wildcards, [&unit](const auto& w) { return matches_wildcard(w, unit); }) ||
           std::ranges::any_of(expressions, is_whole);
}

bool unit_selector::names(std::string_view unit) const {
    return std::ranges::find(wanted_.names, unit) != wanted_.names.end();
}

bool unit_selector::matches(const std::string& unit) const { return wanted_.matches(unit) && !excluded_.matches(unit); }

}  // namespace mayhem::drivers
