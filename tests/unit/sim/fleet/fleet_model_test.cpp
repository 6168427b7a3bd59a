// Proves the protocol of a fleet by its consequences: over random faults of ways, hosts and the database enough members
// stand at each act, no message is acted on twice, nothing is done after a halt that was acknowledged, and nothing that
// is not on record. A fleet that cheats is found out, or the proof would be worth nothing.
#include "unit/sim/fleet/fleet_model.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FleetModelTest, WithoutAFaultNearlyEveryMomentIsAnAct) {
    fleet_model m({.seed = 1, .has_faults = false});
    m.run();

    EXPECT_THAT(m.broken, IsEmpty());
    EXPECT_GT(m.decided, 300);
    EXPECT_GT(m.acts, m.decided / 4) << "the others were refused, since as few stand as have to";
}

// Eight seeds are 53 host-hours. As many as are wanted: MAYHEM_FLEET_SEEDS=15000 are 100,000.
TEST(FleetModelTest, NoPromiseIsBrokenWhateverBefallsIt) {
    const char* const wanted = std::getenv("MAYHEM_FLEET_SEEDS");
    const std::uint64_t seeds = wanted == nullptr ? 8 : std::stoull(wanted);
    std::uint64_t acts = 0;
    std::uint64_t kills = 0;
    std::uint64_t halts = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        fleet_model m({.seed = seed});
        m.run();
        EXPECT_THAT(m.broken, IsEmpty());
        acts += static_cast<std::uint64_t>(m.acts);
        kills += static_cast<std::uint64_t>(m.kills);
        halts += static_cast<std::uint64_t>(m.halts);
    }
    EXPECT_GT(acts, 8 * seeds);
    EXPECT_GT(kills, 20 * seeds);
    EXPECT_GT(halts, 10 * seeds);
}

/// What three runs of a fleet that cheats so have broken.
std::vector<std::string> broken_by(model_settings s) {
    std::vector<std::string> broken;
    for (s.seed = 1; s.seed <= 3; ++s.seed) {
        fleet_model m(s);
        m.run();
        broken.insert(broken.end(), m.broken.begin(), m.broken.end());
    }
    return broken;
}

TEST(FleetModelTest, WhoActsWithoutAClaimIsFoundOut) {
    EXPECT_THAT(broken_by({.how = cheat::no_claim}), Contains(HasSubstr("without a claim")));
}

TEST(FleetModelTest, WhoActsOnAnOldClaimIsFoundOut) {
    EXPECT_THAT(broken_by({.how = cheat::ignored_permit}), Contains(HasSubstr("after an acknowledged halt")));
}

// As many acts at once as the limit allows, and then one that is counted as standing although it is about to fall.
TEST(FleetModelTest, WhoCountsAVictimAsStandingIsFoundOut) {
    EXPECT_THAT(broken_by({.between_moments = 1500ms, .has_faults = false, .how = cheat::taken_and_standing}),
                Contains(HasSubstr("have to")));
}

}  // namespace
}  // namespace mayhem::test
