#include "mayhem/core/rules/backoff.hpp"

#include <algorithm>
#include <cstdint>

namespace mayhem::core {

namespace {

using std::chrono::nanoseconds;

nanoseconds draw_up_to(nanoseconds longest, random_source& rng) noexcept {
    return nanoseconds(static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(longest.count()) + 1)));
}

}  // namespace

nanoseconds backoff::ceiling(int failures) const noexcept {
    if (failures < 1) {
        return nanoseconds::zero();
    }
    constexpr int doublings_max = 62;
    const int doublings = std::min(failures - 1, doublings_max);
    const bool is_capped = first.count() > max.count() >> doublings;
    return std::max(is_capped ? max : nanoseconds(first.count() << doublings), nanoseconds::zero());
}

nanoseconds backoff::delay(int failures, random_source& rng) const noexcept {
    const nanoseconds longest = ceiling(failures);
    switch (jitter) {
        case jitter::none: break;
        case jitter::equal: return longest - draw_up_to(longest / 2, rng);
        case jitter::full: return draw_up_to(longest, rng);
    }
    return longest;
}

}  // namespace mayhem::core
