#include "mayhem/core/text/duration_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "mayhem/core/text/in_quotes.hpp"

namespace mayhem::core {

namespace {

using std::chrono::nanoseconds;

struct unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr std::int64_t us = 1'000;
constexpr std::int64_t ms = 1'000 * us;
constexpr std::int64_t s = 1'000 * ms;
constexpr std::int64_t m = 60 * s;
constexpr std::int64_t h = 60 * m;
constexpr std::int64_t d = 24 * h;

constexpr std::array<unit, 7> units{{{"d", d}, {"h", h}, {"m", m}, {"s", s}, {"ms", ms}, {"us", us}, {"ns", 1}}};
constexpr std::int64_t longest = 100'000 * d;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <typename Predicate>
std::string_view take_while(std::string_view& rest, Predicate belongs) {
    std::size_t length = 0;
    while (length < rest.size() && belongs(rest[length])) {
        ++length;
    }
    const std::string_view taken = rest.substr(0, length);
    rest.remove_prefix(length);
    return taken;
}

void skip_spaces(std::string_view& rest) {
    take_while(rest, [](char c) { return c == ' '; });
}

std::optional<std::size_t> find_unit(std::string_view name) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i].name == name) {
            return i;
        }
    }
    return std::nullopt;
}

/// `digits` times `scale`; nothing when that is longer than `longest`.
std::optional<std::int64_t> scale_whole(std::string_view digits, std::int64_t scale) {
    std::int64_t number = 0;
    for (const char digit : digits) {
        number = number * 10 + (digit - '0');
        if (number > longest / scale) {
            return std::nullopt;
        }
    }
    return number * scale;
}

/// "0.`digits`" times `scale`; nothing when that is not whole.
std::optional<std::int64_t> scale_fraction(std::string_view digits, std::int64_t scale) {
    std::int64_t sum = 0;
    for (std::size_t i = digits.size(); i-- > 0;) {
        sum += scale * (digits[i] - '0');
        if (sum % 10 != 0) {
            return std::nullopt;
        }
        sum /= 10;
    }
    return sum;
}

/// How lengths below `below` are written: rounded to `step`, in `unit`; what is left over follows as a decimal, or as a
/// number of `smaller` where that is given.
struct style {
    std::int64_t below;
    std::int64_t step;
    std::string_view unit;
    std::int64_t unit_ns;
    std::string_view smaller;
};

constexpr std::array<style, 9> styles{{{us, 1, "ns", 1, ""},
                                       {10 * us, us / 10, "us", us, ""},
                                       {ms, us, "us", us, ""},
                                       {10 * ms, ms / 10, "ms", ms, ""},
                                       {s, ms, "ms", ms, ""},
                                       {m, s / 10, "s", s, ""},
                                       {h, s, "m", m, "s"},
                                       {d, m, "h", h, "m"},
                                       {std::numeric_limits<std::int64_t>::max(), h, "d", d, "h"}}};

std::string write(std::int64_t value, const style& in) {
    std::string text = std::to_string(value / in.unit_ns);
    const std::int64_t left_over = value % in.unit_ns / in.step;
    if (left_over != 0 && in.smaller.empty()) {
        text.append(1, '.').append(std::to_string(left_over));
    }
    text.append(1, ' ').append(in.unit);
    if (left_over != 0 && !in.smaller.empty()) {
        text.append(1, ' ').append(std::to_string(left_over)).append(1, ' ').append(in.smaller);
    }
    return text;
}

constexpr std::int64_t round_to(std::int64_t step, std::int64_t value) noexcept {
    const std::int64_t beyond = value % step;
    return value - beyond + (beyond >= step - beyond ? step : 0);
}

}  // namespace

result<nanoseconds> parse_duration(std::string_view text) {
    if (text.starts_with('-')) {
        return failure{in_quotes(text) + " is negative"};
    }
    std::int64_t sum = 0;
    std::size_t next_unit = 0;
    std::string_view rest = text;
    do {
        const std::string_view whole = take_while(rest, is_digit);
        const bool has_point = !whole.empty() && rest.starts_with('.');
        rest.remove_prefix(has_point ? 1 : 0);
        const std::string_view fraction = has_point ? take_while(rest, is_digit) : std::string_view();
        if (whole.empty() || (has_point && fraction.empty())) {
            return failure{in_quotes(text) + R"( is no length of time: write, say, "90s", "250ms" or "1h30m")"};
        }
        skip_spaces(rest);
        const std::string_view name = take_while(rest, is_letter);
        if (name.empty()) {
            return failure{in_quotes(text) + " lacks a unit: write, say, " + in_quotes(std::string(whole) + 's') +
                           " for seconds"};
        }
        const auto index = find_unit(name);
        if (!index) {
            return failure{in_quotes(text) + " has an unknown unit " + in_quotes(name) +
                           ": use d, h, m, s, ms, us or ns"};
        }
        if (*index < next_unit) {
            return failure{in_quotes(text) + " must name each unit once, from the largest to the smallest"};
        }
        next_unit = *index + 1;
        const auto wholes = scale_whole(whole, units[*index].nanoseconds);
        const auto parts = scale_fraction(fraction, units[*index].nanoseconds);
        if (!parts) {
            return failure{in_quotes(text) + " is finer than a nanosecond"};
        }
        if (!wholes || sum + *wholes + *parts > longest) {
            return failure{in_quotes(text) + " is too long: at most 100000d"};
        }
        sum += *wholes + *parts;
        skip_spaces(rest);
    } while (!rest.empty());
    return nanoseconds(sum);
}

std::string format_duration(nanoseconds length) {
    constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() - d;
    const std::int64_t value = std::clamp(length.count(), -limit, limit);
    const std::int64_t magnitude = value < 0 ? -value : value;
    const auto fits = [magnitude](const style& in) { return round_to(in.step, magnitude) < in.below; };
    const style& in = *std::ranges::find_if(styles, fits);
    return (value < 0 ? "-" : "") + write(round_to(in.step, magnitude), in);
}

}  // namespace mayhem::core
