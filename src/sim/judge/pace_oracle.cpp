#include "sim/judge/pace_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mayhem::sim {

namespace {

using times = pace_oracle::times;
using past = pace_oracle::past;

double log_of(double seconds) { return std::log(std::max(seconds, 0.001)); }

bool is_later_enough(double certain, double usual) {
    return std::lround((certain - usual) * 1e6) >= std::lround(pace_oracle::slower_by_min_s * 1e6);
}

}  // namespace

std::set<core::pace> pace_oracle::words_for(const times& last, const past& p) {
    if (p.size() < 8) {
        return {core::pace::too_few};
    }
    std::set<core::pace> words;
    const double beyond = beyond_limit(last.not_before, p);
    if (beyond > -0.005) {
        words.insert(core::pace::slow);
    }
    if (beyond < 0.005) {
        const bool creeps = does_creep(last, p, 5) || does_creep(last, p, 10);
        words.insert(creeps ? core::pace::creeping : core::pace::as_usual);
    }
    return words;
}

double pace_oracle::median_of(const past& p, double times::* which) {
    std::vector<double> values;
    for (const times& t : p) {
        values.push_back(t.*which);
    }
    std::ranges::sort(values);
    return values[(values.size() + 1) / 2 - 1];
}

/// How far the time is beyond what the past explains, as logarithms have it; far below if it is not for another reason.
double pace_oracle::beyond_limit(double certain, const past& p) {
    constexpr double certainly_not = -1e9;
    const auto n = static_cast<double>(p.size());
    const double median = median_of(p);
    const auto as_slow = std::ranges::count_if(p, [certain](const times& t) { return t.back >= certain; });
    const double granted = std::max(1.0, std::floor((n + 1) / 20));
    if (!is_later_enough(certain, median) || static_cast<double>(as_slow + 1) > granted) {
        return certainly_not;
    }
    double sum = 0;
    double sum_of_squares = 0;
    double above = 0;
    const double middle = log_of(median);
    for (const times& t : p) {
        sum += log_of(t.back);
        sum_of_squares += log_of(t.back) * log_of(t.back);
        above += std::pow(std::max(log_of(t.back) - middle, 0.0), 2);
    }
    const double variance = std::max((sum_of_squares - sum * sum / n) / (n - 1), 0.0);
    const double spread = std::max({std::sqrt(variance), std::sqrt(2 * above / n), 0.1});
    return log_of(certain) - std::max(sum / n, middle) - student(p.size() - 1) * spread * std::sqrt(1 + 1 / n);
}

/// What is exceeded once in 1000: the density is added up from the middle to there.
double pace_oracle::student(std::size_t freedom) {
    double& limit = limits_[freedom];
    if (limit > 0) {
        return limit;
    }
    const auto f = static_cast<double>(freedom);
    const double scale = std::exp(std::lgamma((f + 1) / 2) - std::lgamma(f / 2)) / std::sqrt(f * std::numbers::pi);
    constexpr double step = 0.002;
    for (double area = 0; area < 0.499; limit += step) {
        area += step * scale * std::pow(1 + std::pow(limit + step / 2, 2) / f, -(f + 1) / 2);
    }
    return limit;
}

bool pace_oracle::does_creep(const times& last, const past& p, std::size_t newest) {
    const std::size_t others = newest - 1;
    if (p.size() < others + 9) {
        return false;
    }
    const auto at = [&p](std::size_t i) { return p.begin() + static_cast<std::ptrdiff_t>(std::min(i, p.size())); };
    past now(p.begin(), at(others));
    now.push_back(last);
    const past before(at(others), at(others + 30));
    const double usual = median_of(before);
    const double median = median_of(now, &times::not_before);
    if (!is_later_enough(median, usual) || median < 1.3 * usual) {
        return false;
    }
    std::size_t pairs = 0;
    for (const times& t : now) {
        pairs += static_cast<std::size_t>(
            std::ranges::count_if(before, [&t](const times& b) { return b.back < t.not_before; }));
    }
    double all = 0;
    double far = 0;
    for (std::size_t u = 0; u <= now.size() * before.size(); ++u) {
        const double ways = orders(u, now.size(), before.size());
        all += ways;
        far += u >= pairs ? ways : 0;
    }
    return far / all < 0.0005;
}

/// In so many orders of `few` and `others`, exactly so many pairs have the greater among the few.
double pace_oracle::orders(std::size_t pairs, std::size_t few, std::size_t others) {
    if (few == 0 || others == 0) {
        return pairs == 0 ? 1 : 0;
    }
    const auto known = orders_.find({pairs, few, others});
    if (known != orders_.end()) {
        return known->second;
    }
    const double greatest_is_of_few = pairs >= others ? orders(pairs - others, few - 1, others) : 0;
    const double ways = greatest_is_of_few + orders(pairs, few, others - 1);
    orders_.emplace(std::array{pairs, few, others}, ways);
    return ways;
}

}  // namespace mayhem::sim
