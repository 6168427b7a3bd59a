#include "http/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mayhem::http {

namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// All of `text` as a number of at most ten digits.
std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc{} && end == text.data() + text.size() && text.size() <= 10;
    return is_whole && value >= 0 ? std::optional(value) : std::nullopt;
}

/// "Mon, 23 Nov 2026 21:13:37 GMT": the one form that a server may send today.
std::optional<std::chrono::sys_seconds> date(std::string_view text) {
    constexpr std::size_t size = 29;
    if (text.size() != size || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[19] != ':' ||
        text[22] != ':') {
        return std::nullopt;
    }
    const auto* const month = std::ranges::find(months, text.substr(8, 3));
    const auto day = number(text.substr(5, 2));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (month == months.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day at(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
    if (!at.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days(at) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, async::clock::wall_time_point now) {
    if (const auto length = number(text)) {
        return std::chrono::seconds(*length);
    }
    if (const auto until = date(text)) {
        return std::max(std::chrono::ceil<std::chrono::seconds>(*until - now), std::chrono::seconds{0});
    }
    return std::nullopt;
}

}  // namespace mayhem::http
