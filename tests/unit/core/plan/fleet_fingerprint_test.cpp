// Proves that a fingerprint is the same for what must be the same on all hosts of a fleet, on every machine, and
// another one for whatever they must agree on.
#include "mayhem/core/plan/fleet_fingerprint.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

struct agreed {
    std::uint64_t seed = 7;
    std::string group = "web";
    schedule plan;
    guard_limits limits;
    duration expires_after = 1min;
    duration recovery_timeout = 1min;
};

std::string of(const agreed& a) {
    return fleet_fingerprint(planner(a.plan, random_source(a.seed), a.group), a.limits, a.expires_after,
                             a.recovery_timeout);
}

agreed usual() {
    agreed a;
    a.plan.mean_time_between = 4h;
    a.limits.min_healthy = 3;
    return a;
}

TEST(FleetFingerprintTest, IsTheSameForTheSame) {
    EXPECT_EQ(of(usual()), of(usual()));
    EXPECT_EQ(of(usual()).size(), 32U);
}

TEST(FleetFingerprintTest, DiffersWithWhateverIsAgreedOn) {
    const std::vector<std::function<void(agreed&)>> changes{
        [](agreed& a) { a.seed = 8; },
        [](agreed& a) { a.group = "api"; },
        [](agreed& a) { a.plan.mean_time_between = 5h; },
        [](agreed& a) { a.plan.min_time_between = 1min; },
        [](agreed& a) { a.plan.allowed.zone = *zone::find("Europe/Berlin"); },
        [](agreed& a) { a.limits.min_healthy = 4; },
        [](agreed& a) { a.limits.min_healthy.reset(); },
        [](agreed& a) { a.limits.max_unavailable = 1; },
        [](agreed& a) { a.limits.max_per_day = 1; },
        [](agreed& a) { a.limits.max_per_hour = 1; },
        [](agreed& a) { a.limits.max_failures = 1; },
        [](agreed& a) { a.limits.breaks_when_lost = true; },
        [](agreed& a) { a.limits.slower_than = 1.5; },
        [](agreed& a) { a.limits.min_age = 1s; },
        [](agreed& a) { a.limits.min_rest = 1s; },
        [](agreed& a) { a.expires_after = 2min; },
        [](agreed& a) { a.recovery_timeout = 2min; },
    };
    std::set<std::string> all{of(usual())};
    for (const auto& change : changes) {
        agreed a = usual();
        change(a);
        all.insert(of(a));
    }

    EXPECT_EQ(all.size(), changes.size() + 1);
}

}  // namespace
}  // namespace mayhem::core
