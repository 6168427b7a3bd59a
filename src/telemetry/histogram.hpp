#pragma once

#include <cstdint>
#include <vector>

namespace mayhem::telemetry {

/// A histogram as it is exported: how many observations were at most so large. Plain data.
struct histogram {
    struct bucket {
        double upper_bound = 0;
        std::uint64_t count = 0;  ///< in this bucket alone
    };

    std::vector<bucket> buckets;  ///< by bound
    std::uint64_t rest = 0;       ///< larger than the last bound
    double sum = 0;

    void observe(double value) noexcept {
        sum += value;
        for (bucket& b : buckets) {
            if (value <= b.upper_bound) {
                ++b.count;
                return;
            }
        }
        ++rest;
    }

    [[nodiscard]] std::uint64_t total() const noexcept {
        std::uint64_t all = rest;
        for (const bucket& b : buckets) {
            all += b.count;
        }
        return all;
    }
};

}  // namespace mayhem::telemetry
