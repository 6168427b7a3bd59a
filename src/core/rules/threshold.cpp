#include "mayhem/core/rules/threshold.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace mayhem::core {

namespace {

using relation = threshold::relation;

/// The longer ones first: what begins like another one is looked for before it.
constexpr std::array<std::pair<std::string_view, relation>, 6> relations{{{"<=", relation::at_most},
                                                                          {">=", relation::at_least},
                                                                          {"==", relation::equal},
                                                                          {"!=", relation::unequal},
                                                                          {"<", relation::less},
                                                                          {">", relation::greater}}};

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

bool threshold::is_met_by(double value) const noexcept {
    if (std::isnan(value)) {
        return false;
    }
    switch (relation_) {
        case relation::less: return value < number_;
        case relation::at_most: return value <= number_;
        case relation::greater: return value > number_;
        case relation::at_least: return value >= number_;
        case relation::equal: return value == number_;
        case relation::unequal: return value != number_;
    }
    return false;
}

std::string threshold::describe() const {
    for (const auto& [name, r] : relations) {
        if (r == relation_) {
            return std::string(name) + ' ' + describe_number(number_);
        }
    }
    return {};
}

result<threshold> parse_threshold(std::string_view text) {
    constexpr const char* wanted = "must be one of <, <=, >, >=, == and != with a number behind it, such as \"< 0.01\"";
    text = trimmed(text);
    std::optional<relation> found;
    for (const auto& [name, r] : relations) {
        if (!found && text.starts_with(name)) {
            found = r;
            text = trimmed(text.substr(name.size()));
        }
    }
    if (!found) {
        return failure{wanted};
    }
    const result<double> number = parse_number(text);
    if (!number || !std::isfinite(*number)) {
        return failure{wanted};
    }
    return threshold{*found, *number};
}

std::string describe_number(double value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "+Inf" : "-Inf";
    }
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string(buffer.data(), end) : std::to_string(value);
}

result<double> parse_number(std::string_view text) {
    const bool has_plus = text.starts_with('+') && !text.starts_with("+-");
    const std::string_view digits = text.substr(has_plus ? 1 : 0);
    double value = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return failure{"is no number"};
    }
    return value;
}

}  // namespace mayhem::core
