#pragma once

#include <vector>

namespace mayhem::core {

/// How many events fall into a stretch of time, in equilibrium, when the gaps between them are `min` + Exp(`gap`). All
/// lengths in the same unit; `gap` is greater than zero.
struct renewal_count {
    double min = 0;
    double gap = 1;

    /// P(N >= n) for a stretch of that length; n from 0 to a few hundred. Closed form: the first event is the residual
    /// life of a gap (Cox, Renewal Theory, 1962, section 5.2), the others are Erlang distributed.
    [[nodiscard]] double at_least(int n, double length) const;

    [[nodiscard]] double mean(double length) const { return length / (min + gap); }

    /// For long stretches (Cox, section 4.1): var(gap) / mean(gap)^3 of the length.
    [[nodiscard]] double variance(double length) const;

    /// P(min(N, cap) = 0), ..., P(min(N, cap) = cap).
    [[nodiscard]] std::vector<double> distribution(int cap, double length) const;
};

struct mean_and_variance {
    double mean = 0;
    double variance = 0;
};

/// Those of min(X, cap), X being normally distributed.
mean_and_variance capped_normal(mean_and_variance x, double cap);

mean_and_variance moments_of(const std::vector<double>& distribution);

/// The distribution of min(A + B, cap), A and B being independent.
std::vector<double> capped_sum(const std::vector<double>& a, const std::vector<double>& b, int cap);

}  // namespace mayhem::core
