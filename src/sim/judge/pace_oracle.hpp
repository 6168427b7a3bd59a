#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "mayhem/core/rules/usual_recovery.hpp"

namespace mayhem::sim {

/// What must be said of a recovery beside its past, by the rules of `core::judge_recovery` and computed another way:
/// the limit of Student's t by integration, the chance of a rank sum by recursion. A value that remembers both.
class pace_oracle {
public:
    /// Seconds.
    struct times {
        double back = 0;
        double not_before = 0;
    };
    using past = std::vector<times>;  ///< newest first, a hundred at most

    static constexpr double slower_by_min_s = 0.25;

    /// Two words, where the limit is so near that rounding decides.
    [[nodiscard]] std::set<core::pace> words_for(const times& last, const past& p);

    /// The smallest that half of them do not exceed.
    [[nodiscard]] static double median_of(const past& p, double times::* which = &times::back);

private:
    [[nodiscard]] double beyond_limit(double certain, const past& p);
    [[nodiscard]] double student(std::size_t freedom);
    [[nodiscard]] bool does_creep(const times& last, const past& p, std::size_t newest);
    [[nodiscard]] double orders(std::size_t pairs, std::size_t few, std::size_t others);

    std::map<std::size_t, double> limits_;
    std::map<std::array<std::size_t, 3>, double> orders_;
};

}  // namespace mayhem::sim
