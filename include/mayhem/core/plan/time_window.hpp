#pragma once

#include <bitset>
#include <chrono>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// Days of the week, by `std::chrono::weekday::c_encoding`: Sunday is 0.
using weekday_set = std::bitset<7>;

/// A part of the day in local time, to the minute: `begin` is included, `end` is not. Where `end` is not later than
/// `begin` it lies on the next day: "22:00-02:00" is four hours.
struct time_window {
    std::chrono::minutes begin{};                      ///< since midnight, less than 24 h
    std::chrono::minutes end{std::chrono::hours{24}};  ///< since midnight, more than 0, at most 24 h

    [[nodiscard]] bool is_over_midnight() const noexcept { return end <= begin; }

    friend bool operator==(const time_window&, const time_window&) = default;
};

/// Reads "09:00-12:30", "18:00-24:00" or "22:00-02:00". Otherwise the reason, which starts with the text.
result<time_window> parse_time_window(std::string_view text);

/// As it is read: "09:00-12:30".
std::string to_string(const time_window& w);

/// Whether some time of day lies in both.
bool overlap(const time_window& a, const time_window& b) noexcept;

/// Reads "mon" or "monday", in any case, or "mon-fri" and "sat-mon" for all from the one to the other. Otherwise the
/// reason, with the name that was probably meant.
result<weekday_set> parse_weekdays(std::string_view text);

}  // namespace mayhem::core
