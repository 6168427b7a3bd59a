#include "mayhem/core/plan/date_range.hpp"

#include <algorithm>
#include <optional>

#include "mayhem/core/text/in_quotes.hpp"

namespace mayhem::core {

namespace {

using namespace std::chrono;

constexpr year some_leap_year{2000};
constexpr std::size_t date_size = 10;
constexpr std::size_t day_size = 5;

std::optional<int> number(std::string_view digits) {
    if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    int value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit - '0');
    }
    return value;
}

/// "YYYY-MM-DD", or "MM-DD" in a leap year.
std::optional<year_month_day> parse_day(std::string_view text) {
    year y = some_leap_year;
    if (text.size() == date_size && text[4] == '-') {
        const auto parsed = number(text.substr(0, 4));
        if (!parsed) {
            return std::nullopt;
        }
        y = year{*parsed};
        text.remove_prefix(5);
    }
    if (text.size() != day_size || text[2] != '-') {
        return std::nullopt;
    }
    const auto m = number(text.substr(0, 2));
    const auto d = number(text.substr(3));
    if (!m || !d) {
        return std::nullopt;
    }
    return y / *m / *d;
}

std::string digits(unsigned value, std::size_t size) {
    std::string text = std::to_string(value);
    return std::string(size - std::min(size, text.size()), '0') + text;
}

std::string written(year_month_day date, bool with_year) {
    return (with_year ? digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) + '-' : "") +
           digits(static_cast<unsigned>(date.month()), 2) + '-' + digits(static_cast<unsigned>(date.day()), 2);
}

}  // namespace

result<year_month_day> parse_date(std::string_view text) {
    const auto date = parse_day(text);
    if (!date || text.size() != date_size) {
        return failure{in_quotes(text) + R"( is no date: write, say, "2026-12-24")"};
    }
    if (!date->ok()) {
        return failure{in_quotes(text) + " names a day that no calendar has"};
    }
    return *date;
}

result<date_range> date_range::parse(std::string_view text) {
    const std::size_t dots = text.find("..");
    const std::string_view first_text = text.substr(0, dots);
    const std::string_view last_text = dots == std::string_view::npos ? first_text : text.substr(dots + 2);
    const auto first = parse_day(first_text);
    const auto last = parse_day(last_text);
    if (!first || !last) {
        return failure{in_quotes(text) +
                       R"( is no date: write, say, "2026-12-24", "12-24" for every year, or "12-20..01-06")"};
    }
    if (!first->ok() || !last->ok()) {
        return failure{in_quotes(text) +
                       " names a day that no calendar has: " + in_quotes(first->ok() ? last_text : first_text)};
    }
    if (first_text.size() != last_text.size()) {
        return failure{in_quotes(text) + " mixes a date of one year with one of every year: give both years, or none"};
    }
    const bool is_yearly = first_text.size() == day_size;
    if (!is_yearly && *last < *first) {
        return failure{in_quotes(text) + " ends before it begins"};
    }
    return date_range(*first, *last, is_yearly);
}

bool date_range::contains(year_month_day date) const noexcept {
    if (!is_yearly_) {
        return first_ <= date && date <= last_;
    }
    const year_month_day day = some_leap_year / date.month() / date.day();
    return last_ < first_ ? day >= first_ || day <= last_ : first_ <= day && day <= last_;
}

std::string date_range::to_string() const {
    const std::string first = written(first_, !is_yearly_);
    return first_ == last_ ? first : first + ".." + written(last_, !is_yearly_);
}

}  // namespace mayhem::core
