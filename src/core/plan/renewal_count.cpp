#include "core/plan/renewal_count.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace mayhem::core {

namespace {

/// Beyond it e^-x is zero, and the distributions that are asked for here have reached one.
constexpr double exponent_max = 700;

/// The distribution function of the sum of k exponentials of mean 1; k = 0 is a sum of none.
double erlang(int k, double x) {
    if (x <= 0 || k == 0) {
        return x >= 0 && k == 0 ? 1 : 0;
    }
    if (x > exponent_max) {
        return 1;
    }
    double term = std::exp(-x);
    double below = term;
    for (int j = 1; j < k; ++j) {
        term *= x / j;
        below += term;
    }
    return std::max(0.0, 1 - below);
}

/// Its integral from 0 to x.
double erlang_integral(int k, double x) { return x <= 0 ? 0 : x * erlang(k, x) - k * erlang(k + 1, x); }

}  // namespace

double renewal_count::at_least(int n, double length) const {
    if (n == 0) {
        return 1;
    }
    const double from = (length - n * min) / gap;
    const double to = (length - (n - 1) * min) / gap;
    const double soon = erlang_integral(n - 1, to) - erlang_integral(n - 1, from);
    return gap / (min + gap) * (soon + erlang(n, from));
}

double renewal_count::variance(double length) const {
    const double whole = min + gap;
    return length * gap * gap / (whole * whole * whole);
}

std::vector<double> renewal_count::distribution(int cap, double length) const {
    std::vector<double> p;
    p.reserve(static_cast<std::size_t>(cap) + 1);
    double reached = 1;
    for (int n = 0; n < cap; ++n) {
        const double next = at_least(n + 1, length);
        p.push_back(std::max(0.0, reached - next));
        reached = next;
    }
    p.push_back(reached);
    return p;
}

mean_and_variance capped_normal(mean_and_variance x, double cap) {
    const double deviation = std::sqrt(x.variance);
    if (deviation <= 0) {
        return {std::min(x.mean, cap), 0};
    }
    const double z = (cap - x.mean) / deviation;
    const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double mean = x.mean * below - deviation * density + cap * (1 - below);
    const double square =
        (x.mean * x.mean + x.variance) * below - deviation * (x.mean + cap) * density + cap * cap * (1 - below);
    return {mean, std::max(0.0, square - mean * mean)};
}

mean_and_variance moments_of(const std::vector<double>& distribution) {
    double mean = 0;
    double square = 0;
    for (std::size_t n = 0; n < distribution.size(); ++n) {
        const auto value = static_cast<double>(n);
        mean += value * distribution[n];
        square += value * value * distribution[n];
    }
    return {mean, std::max(0.0, square - mean * mean)};
}

std::vector<double> capped_sum(const std::vector<double>& a, const std::vector<double>& b, int cap) {
    const auto last = std::min(static_cast<std::size_t>(cap), a.size() + b.size() - 2);
    std::vector<double> sum(last + 1);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            sum[std::min(i + j, last)] += a[i] * b[j];
        }
    }
    return sum;
}

}  // namespace mayhem::core
