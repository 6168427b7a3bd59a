#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// Reads "2026-12-24"; otherwise the reason, which starts with the text.
result<std::chrono::year_month_day> parse_date(std::string_view text);

/// Days of the calendar, first and last included: of one year, or the same of every year.
class date_range {
public:
    /// Reads a date ("2026-12-24"), a range of dates ("2026-12-24..2027-01-06"), a day of every year ("12-24") or a
    /// range in every year, over its end if need be ("12-20..01-06"). "02-29" is that day in leap years. Otherwise the
    /// reason, which starts with the text: no such date, the end before the beginning, a mixture of both kinds.
    static result<date_range> parse(std::string_view text);

    [[nodiscard]] bool contains(std::chrono::year_month_day date) const noexcept;

    /// Whether it comes every year.
    [[nodiscard]] bool is_yearly() const noexcept { return is_yearly_; }

    /// As it is read.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const date_range&, const date_range&) = default;

private:
    date_range(std::chrono::year_month_day first, std::chrono::year_month_day last, bool is_yearly) noexcept
        : first_(first), last_(last), is_yearly_(is_yearly) {}

    std::chrono::year_month_day first_;  ///< of a yearly range, in a leap year that means nothing
    std::chrono::year_month_day last_;
    bool is_yearly_;
};

}  // namespace mayhem::core
