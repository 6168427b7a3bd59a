#include "mayhem/core/rules/usual_recovery.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::core {

namespace {

constexpr std::array names{std::string_view("not_known"), std::string_view("too_few"), std::string_view("as_usual"),
                           std::string_view("slow"), std::string_view("creeping")};

/// One in so many of the past may have been as slow: itself counted in.
constexpr std::size_t rare = 20;

/// Nobody's spread is known to be smaller: a tenth, as logarithms have it.
constexpr double spread_min = 0.1;

constexpr std::array<std::size_t, 2> newest_few{5, 10};
constexpr std::size_t before_min = 9;
constexpr std::size_t before_max = 30;
constexpr double creeping_from = 1.3;
constexpr double one_in = 2000;  // each of the two

/// What takes no time has no logarithm.
constexpr double shortest_s = 0.001;

double log_seconds(duration d) { return std::log(std::max(to_seconds(d), shortest_s)); }

std::vector<duration> ascending(std::span<const seen_recovery> of, duration seen_recovery::* which) {
    std::vector<duration> values;
    values.reserve(of.size());
    std::ranges::transform(of, std::back_inserter(values), which);
    std::ranges::sort(values);
    return values;
}

/// What Student's t exceeds once in 1000, one-sided, with so many degrees of freedom, 7 or more: Abramowitz and Stegun
/// 26.7.5, right to 0.004.
double student_limit(double freedom) {
    constexpr double z = 3.0902323;
    constexpr double z3 = z * z * z;
    constexpr double z5 = z3 * z * z;
    constexpr double z7 = z5 * z * z;
    constexpr double z9 = z7 * z * z;
    constexpr double g1 = (z3 + z) / 4;
    constexpr double g2 = (5 * z5 + 16 * z3 + 3 * z) / 96;
    constexpr double g3 = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384;
    constexpr double g4 = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom;
}

/// The logarithm beyond which a time is not explained by these.
double prediction_limit(const std::vector<duration>& ascending, duration median) {
    const auto n = static_cast<double>(ascending.size());
    const double middle = log_seconds(median);
    double mean = 0;
    for (const duration d : ascending) {
        mean += log_seconds(d) / n;
    }
    double squares = 0;
    double above = 0;
    for (const duration d : ascending) {
        const double x = log_seconds(d);
        squares += (x - mean) * (x - mean);
        above += x > middle ? (x - middle) * (x - middle) : 0;
    }
    const double spread = std::max({std::sqrt(squares / (n - 1)), std::sqrt(above / (n / 2)), spread_min});
    return std::max(mean, middle) + student_limit(n - 1) * spread * std::sqrt(1 + 1 / n);
}

bool is_slow(const seen_recovery& last, const std::vector<duration>& past, const usual_recovery& usual) {
    const duration certain = last.not_before;
    if (certain - usual.p50 < slower_by_min) {
        return false;
    }
    const auto as_slow = static_cast<std::size_t>(past.end() - std::ranges::lower_bound(past, certain));
    if (as_slow + 1 > std::max(std::size_t{1}, (past.size() + 1) / rare)) {
        return false;
    }
    return log_seconds(certain) > prediction_limit(past, usual.p50);
}

/// The chance that of all pairs of one out of `few` and one out of `others` so many, or more, have the greater in the
/// first, if all orders are as likely. Counts the orders (Mann and Whitney 1947).
double chance_of(std::size_t pairs, std::size_t few, std::size_t others) {
    std::vector<std::vector<double>> ways(few + 1, std::vector<double>(few * others + 1, 0));
    ways[0][0] = 1;
    for (std::size_t below = 0; below < few + others; ++below) {  // from the smallest to the greatest
        for (std::size_t k = std::min(few, below + 1); k > 0; --k) {
            const std::size_t others_below = below - (k - 1);
            for (std::size_t u = others_below; others_below <= others && u <= few * others; ++u) {
                ways[k][u] += ways[k - 1][u - others_below];
            }
        }
    }
    double all = 0;
    double far = 0;
    for (std::size_t u = 0; u <= few * others; ++u) {
        all += ways[few][u];
        far += u >= pairs ? ways[few][u] : 0;
    }
    return far / all;
}

/// The ratio of the medians, of the newest so many by that of those before; nothing: they do not creep.
std::optional<double> creep(const seen_recovery& last, std::span<const seen_recovery> past, std::size_t newest) {
    if (past.size() < newest - 1 + before_min) {
        return std::nullopt;
    }
    std::vector<seen_recovery> now{last};
    now.insert(now.end(), past.begin(), past.begin() + static_cast<std::ptrdiff_t>(newest - 1));
    const auto rest = past.subspan(newest - 1);
    const std::vector<duration> before = ascending(rest.first(std::min(rest.size(), before_max)), &seen_recovery::back);
    const std::vector<duration> certain = ascending(now, &seen_recovery::not_before);
    const duration usual = nearest_rank(before, 50);
    const duration median = nearest_rank(certain, 50);
    if (median - usual < slower_by_min || to_seconds(median) < creeping_from * to_seconds(usual)) {
        return std::nullopt;
    }
    std::size_t pairs = 0;
    for (const duration d : certain) {
        pairs += static_cast<std::size_t>(std::ranges::lower_bound(before, d) - before.begin());
    }
    if (chance_of(pairs, newest, before.size()) * one_in >= 1) {
        return std::nullopt;
    }
    return times_usual(nearest_rank(ascending(now, &seen_recovery::back), 50), usual);
}

}  // namespace

// Number ceil(percent / 100 * n), counted from 1.
duration nearest_rank(std::span<const duration> ascending, std::size_t percent) {
    return ascending[(percent * ascending.size() + 99) / 100 - 1];
}

std::string_view to_string(pace p) noexcept { return names[static_cast<std::size_t>(p)]; }

std::optional<pace> parse_pace(std::string_view name) noexcept {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<pace>(found - names.begin()));
}

std::optional<usual_recovery> usual_of(std::span<const seen_recovery> past) {
    past = past.first(std::min(past.size(), past_recoveries_max));
    if (past.size() < past_recoveries_min) {
        return std::nullopt;
    }
    const std::vector<duration> times = ascending(past, &seen_recovery::back);
    return usual_recovery{.p10 = nearest_rank(times, 10),
                          .p50 = nearest_rank(times, 50),
                          .p90 = nearest_rank(times, 90),
                          .count = times.size()};
}

recovery_judgement judge_recovery(const seen_recovery& last, std::span<const seen_recovery> past) {
    past = past.first(std::min(past.size(), past_recoveries_max));
    recovery_judgement j{.pace = pace::too_few, .usual = usual_of(past)};
    if (!j.usual) {
        return j;
    }
    if (is_slow(last, ascending(past, &seen_recovery::back), *j.usual)) {
        j.pace = pace::slow;
        j.factor = times_usual(last.back, j.usual->p50);
        return j;
    }
    j.pace = pace::as_usual;
    for (const std::size_t few : newest_few) {
        if (const std::optional<double> ratio = creep(last, past, few)) {
            j.pace = pace::creeping;
            j.factor = std::max(j.factor, *ratio);
        }
    }
    return j;
}

std::string factor_text(double factor) {
    const double rounded = factor < 9.95 ? std::round(factor * 10) / 10 : std::round(factor);
    std::string text = std::to_string(rounded);  // six digits behind the point
    text.resize(text.find('.') + (factor < 9.95 ? 2 : 0));
    return text + " x";
}

std::string describe(const slow_recovery& s) {
    return "slower than its usual: " + factor_text(s.factor) + " of " + format_duration(s.usual);
}

}  // namespace mayhem::core
