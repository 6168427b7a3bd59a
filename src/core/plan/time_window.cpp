#include "mayhem/core/plan/time_window.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/in_quotes.hpp"

namespace mayhem::core {

namespace {

using std::chrono::minutes;

constexpr minutes day_length{24 * 60};
constexpr std::array<std::string_view, 14> day_names{"sun",       "mon",      "tue",    "wed",     "thu",
                                                     "fri",       "sat",      "sunday", "monday",  "tuesday",
                                                     "wednesday", "thursday", "friday", "saturday"};

/// "HH:MM", from 00:00 to 24:00.
std::optional<minutes> parse_time_of_day(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) ||
        !is_digit(text[4])) {
        return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) {
        return std::nullopt;
    }
    return minutes(hour * 60 + minute);
}

std::string time_of_day(minutes since_midnight) {
    const auto two_digits = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two_digits(since_midnight.count() / 60) + ':' + two_digits(since_midnight.count() % 60);
}

struct piece {
    minutes begin;
    minutes end;
};

/// The window as pieces of one day; the second is empty where it does not go over midnight.
std::array<piece, 2> pieces(const time_window& w) noexcept {
    if (w.is_over_midnight()) {
        return {{{w.begin, day_length}, {minutes{0}, w.end}}};
    }
    return {{{w.begin, w.end}, {minutes{0}, minutes{0}}}};
}

std::optional<std::size_t> day_index(std::string_view name) {
    const auto same = [name](std::string_view known) { return edit_distance(name, known) == 0; };
    const auto found = std::ranges::find_if(day_names, same);
    return found == day_names.end() ? std::nullopt
                                    : std::optional(static_cast<std::size_t>(found - day_names.begin()) % 7);
}

std::string explain_day(std::string_view name) {
    const auto meant = closest_name(name, day_names);
    return in_quotes(name) + " is no day of the week: " +
           (meant ? "did you mean " + in_quotes(*meant) + '?' : "write mon, tue, wed, thu, fri, sat or sun");
}

}  // namespace

result<time_window> parse_time_window(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto begin = parse_time_of_day(text.substr(0, dash));
    const auto end = dash == std::string_view::npos ? std::nullopt : parse_time_of_day(text.substr(dash + 1));
    if (!begin || !end) {
        return failure{in_quotes(text) + R"( is no part of a day: write, say, "09:00-12:30", from 00:00 to 24:00)"};
    }
    if (*begin == *end) {
        return failure{in_quotes(text) + R"( begins when it ends: write "00:00-24:00" for the whole day)"};
    }
    if (*begin == day_length) {
        return failure{in_quotes(text) + " begins at the end of a day: write 00:00 for its beginning"};
    }
    return time_window{.begin = *begin, .end = *end == minutes{0} ? day_length : *end};
}

std::string to_string(const time_window& w) { return time_of_day(w.begin) + '-' + time_of_day(w.end); }

bool overlap(const time_window& a, const time_window& b) noexcept {
    for (const piece& p : pieces(a)) {
        for (const piece& q : pieces(b)) {
            if (p.begin < q.end && q.begin < p.end && p.begin < p.end && q.begin < q.end) {
                return true;
            }
        }
    }
    return false;
}

result<weekday_set> parse_weekdays(std::string_view text) {
    const std::size_t dash = text.find('-');
    const std::string_view first_name = text.substr(0, dash);
    const std::string_view last_name = dash == std::string_view::npos ? first_name : text.substr(dash + 1);
    const auto first = day_index(first_name);
    const auto last = day_index(last_name);
    if (!first || !last) {
        return failure{explain_day(first ? last_name : first_name)};
    }
    weekday_set days;
    for (std::size_t day = *first;; day = (day + 1) % 7) {
        days.set(day);
        if (day == *last) {
            return days;
        }
    }
}

}  // namespace mayhem::core
