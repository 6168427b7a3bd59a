#include "mayhem/core/plan/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/plan/renewal_count.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

namespace {

using namespace std::chrono;

/// Counts up to here are computed exactly.
constexpr int exact_max = 100;

/// How much denser than asked the candidates may become.
constexpr double density_max = 64;

/// The allowed seconds of each hour of a day.
using day_profile = std::array<double, 24>;

day_profile profile_of(const std::vector<day_piece>& pieces) {
    day_profile profile{};
    for (const day_piece& p : pieces) {
        for (minutes t = p.begin; t < p.end; ++t) {
            profile[static_cast<std::size_t>(t / hours{1})] += 60;
        }
    }
    return profile;
}

struct profile_of_week {
    std::vector<std::pair<day_profile, int>> days;  ///< each kind of day, and how many there are of it
    double allowed = 0;                             ///< seconds

    explicit profile_of_week(const calendar_rules& rules) {
        for (unsigned day = 0; day < 7; ++day) {
            const day_profile profile = profile_of(pieces_on(rules, weekday{day}));
            for (const double length : profile) {
                allowed += length;
            }
            const auto same = std::ranges::find(days, profile, &std::pair<day_profile, int>::first);
            if (same == days.end()) {
                days.emplace_back(profile, 1);
            } else {
                ++same->second;
            }
        }
    }
};

double sum(const day_profile& day) {
    double length = 0;
    for (const double hour : day) {
        length += hour;
    }
    return length;
}

double expected_with_daily_cap(const renewal_count& count, double length, int cap) {
    if (cap > exact_max) {
        return capped_normal({count.mean(length), count.variance(length)}, cap).mean;
    }
    return moments_of(count.distribution(cap, length)).mean;
}

double expected_with_both_caps(const renewal_count& count, const day_profile& day, int hourly, int daily) {
    std::vector<double> so_far{1};
    for (const double length : day) {
        if (length > 0) {
            so_far = capped_sum(so_far, count.distribution(std::min(hourly, daily), length), daily);
        }
    }
    return moments_of(so_far).mean;
}

double expected_with_hourly_cap(const renewal_count& count, const day_profile& day, int hourly,
                                std::optional<int> daily) {
    mean_and_variance whole;
    for (const double length : day) {
        const mean_and_variance hour = hourly > exact_max
                                           ? capped_normal({count.mean(length), count.variance(length)}, hourly)
                                           : moments_of(count.distribution(hourly, length));
        whole.mean += hour.mean;
        whole.variance += hour.variance;
    }
    return daily ? capped_normal(whole, *daily).mean : whole.mean;
}

/// The moments of an ordinary week.
double expected(const schedule& s, const profile_of_week& week, double gap) {
    const renewal_count count{.min = to_seconds(s.min_time_between), .gap = gap};
    double total = 0;
    for (const auto& [day, times] : week.days) {
        double of_day = 0;
        if (s.max_per_hour && s.max_per_day && *s.max_per_day <= exact_max) {
            of_day = expected_with_both_caps(count, day, *s.max_per_hour, *s.max_per_day);
        } else if (s.max_per_hour) {
            of_day = expected_with_hourly_cap(count, day, *s.max_per_hour, s.max_per_day);
        } else {
            of_day = expected_with_daily_cap(count, sum(day), *s.max_per_day);
        }
        total += times * of_day;
    }
    return total;
}

/// Nothing of the last bits of a mathematical library may reach the plan.
nanoseconds rounded(double gap_seconds) {
    int exponent = 0;
    const double mantissa = std::frexp(gap_seconds * 1e9, &exponent);
    return nanoseconds(static_cast<std::int64_t>(std::ldexp(std::round(std::ldexp(mantissa, 24)), exponent - 24)));
}

bool excludes_every_day(const std::vector<date_range>& excluded) {
    constexpr int days_of_year = 366;
    const sys_days first = year{2000} / January / 1;
    for (int day = 0; day < days_of_year; ++day) {
        const auto covers = [date = year_month_day{first + days{day}}](const date_range& r) {
            return r.is_yearly() && r.contains(date);
        };
        if (std::ranges::none_of(excluded, covers)) {
            return false;
        }
    }
    return true;
}

std::string text_of(double count) {
    std::string text = std::to_string(std::round(count * 100) / 100);
    return text.substr(0, text.find('.') + 3);
}

failure<std::string> explain_caps(double asked, double possible) {
    return {"asks for " + text_of(asked) + " moments a week on average, but the limits leave room for " +
            text_of(possible) + " at most: make it longer, or the limits wider"};
}

}  // namespace

std::string to_string(const schedule& s) {
    std::string text = "mean=" + std::to_string(s.mean_time_between.count()) +
                       " min=" + std::to_string(s.min_time_between.count()) +
                       " per_hour=" + std::to_string(s.max_per_hour.value_or(0)) +
                       " per_day=" + std::to_string(s.max_per_day.value_or(0)) + " days=" + s.allowed.days.to_string();
    for (const time_window& w : s.allowed.hours) {
        text += ' ' + to_string(w);
    }
    for (const date_range& r : s.allowed.excluded) {
        text += " -" + r.to_string();
    }
    return text + ' ' + s.allowed.zone.name();
}

result<nanoseconds> candidate_gap(const schedule& s) {
    const profile_of_week week(s.allowed);
    if (week.allowed <= 0 || excludes_every_day(s.allowed.excluded)) {
        return failure{"nothing is ever allowed: no day is left"};
    }
    if (s.min_time_between > s.mean_time_between / 5 * 4) {
        return failure{"must be longer: min_time_between (" + format_duration(s.min_time_between) +
                       ") may be four fifths of it, " + format_duration(s.mean_time_between / 5 * 4) +
                       ", at most, or nothing is left to chance"};
    }
    const nanoseconds loosest = s.mean_time_between - s.min_time_between;
    if (!s.max_per_hour && !s.max_per_day) {
        return loosest;
    }
    const double asked = week.allowed / to_seconds(s.mean_time_between) * (1 - 1e-9);
    double high = to_seconds(loosest);
    if (expected(s, week, high) >= asked) {
        return loosest;
    }
    double low = std::max(to_seconds(s.min_time_between) / 4, to_seconds(s.mean_time_between) / density_max);
    const double possible = expected(s, week, low);
    if (possible < asked) {
        return explain_caps(asked, possible);
    }
    for (int step = 0; step < 40; ++step) {
        const double middle = std::sqrt(low * high);
        (expected(s, week, middle) < asked ? high : low) = middle;
    }
    return rounded(std::sqrt(low * high));
}

}  // namespace mayhem::core
