#include "mayhem/core/text/moment_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace mayhem::core {

namespace {

using namespace std::chrono;

constexpr std::int64_t seconds_max = 253'402'300'799;  // the end of the year 9999

bool is_figure(char c) { return c >= '0' && c <= '9'; }

/// Takes exactly `digits` of them, which are `least` to `most`.
bool take(std::string_view& text, std::size_t digits, int least, int most, int& value) {
    if (text.size() < digits) {
        return false;
    }
    value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (!is_figure(text[i])) {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value >= least && value <= most;
}

bool take(std::string_view& text, std::string_view any_of) {
    const bool is_there = !text.empty() && any_of.find(text.front()) != std::string_view::npos;
    text.remove_prefix(is_there ? 1 : 0);
    return is_there;
}

/// ".25", if it is there.
bool take_fraction(std::string_view& text, microseconds& fraction) {
    fraction = {};
    if (!take(text, ".")) {
        return true;
    }
    std::size_t digits = 0;
    for (std::int64_t weight = 100'000; !text.empty() && is_figure(text.front()); weight /= 10, ++digits) {
        fraction += microseconds{weight * (text.front() - '0')};
        text.remove_prefix(1);
    }
    return digits > 0;
}

/// "Z" or "+01:00", and nothing behind it.
bool take_offset(std::string_view text, minutes& offset) {
    if (take(text, "Zz")) {
        offset = {};
        return text.empty();
    }
    const bool is_west = text.starts_with('-');
    int h = 0;
    int m = 0;
    if (!take(text, "+-") || !take(text, 2, 0, 23, h) || !take(text, ":") || !take(text, 2, 0, 59, m)) {
        return false;
    }
    offset = (hours{h} + minutes{m}) * (is_west ? -1 : 1);
    return text.empty();
}

std::optional<wall_time> checked(wall_time moment) {
    const bool is_sane = moment >= wall_time{} && moment <= wall_time{seconds{seconds_max}};
    return is_sane ? std::optional(moment) : std::nullopt;
}

std::optional<wall_time> parse_seconds(std::string_view text) {
    std::int64_t count = 0;
    const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    microseconds fraction{};
    if (ec != std::errc() || count > seconds_max || count < 0 || !take_fraction(text, fraction) || !text.empty()) {
        return std::nullopt;
    }
    return checked(wall_time{seconds{count} + fraction});
}

std::optional<wall_time> parse_date(std::string_view text) {
    int y = 0;
    int mo = 0;
    int d = 0;
    int h = 0;
    int mi = 0;
    int s = 0;
    microseconds fraction{};
    minutes offset{};
    if (!take(text, 4, 1970, 9999, y) || !take(text, "-") || !take(text, 2, 1, 12, mo) || !take(text, "-") ||
        !take(text, 2, 1, 31, d) || !take(text, "Tt ") || !take(text, 2, 0, 23, h) || !take(text, ":") ||
        !take(text, 2, 0, 59, mi) || !take(text, ":") || !take(text, 2, 0, 60, s) || !take_fraction(text, fraction) ||
        !take_offset(text, offset)) {
        return std::nullopt;
    }
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return checked(wall_time{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction - offset});
}

/// "2026-11-23T21:13:37", of a moment in whole seconds.
std::string date_and_time(sys_seconds t) {
    const sys_days day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{t - day};
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                                   static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<wall_time> parse_moment(std::string_view text) {
    return text.find('-') == std::string_view::npos ? parse_seconds(text) : parse_date(text);
}

std::string utc_text(wall_time t) {
    const sys_seconds whole = floor<seconds>(t);
    std::array<char, 16> fraction{};
    const int size = std::snprintf(fraction.data(), fraction.size(), ".%06dZ", static_cast<int>((t - whole).count()));
    return date_and_time(whole).append(fraction.data(), static_cast<std::size_t>(size));
}

std::string utc_text_in_seconds(wall_time t) { return date_and_time(floor<seconds>(t)) + "Z"; }

}  // namespace mayhem::core
