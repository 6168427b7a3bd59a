// Proves what the judge demands of hosts that share a group: an act by a claim that is on record and not over, one host
// a moment, none after a halt of the fleet, and limits that count over all of them. Each story is told once as it
// should be, and once with one thing wrong in it.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

/// Hosts "a" and "b" share the group "web" of four targets, two of each, of which two have to stay.
class fleet_story : public story {
public:
    fleet_story() {
        web().is_shared = true;
        web().limits.min_healthy = 2;
        for (const char* const name : {"a", "b"}) {
            host = name;
            at(0).tell(life_began{});
            tell(config);
            for (const char* const number : {"-1", "-2"}) {
                stands(name + std::string(number), "first");
            }
        }
    }

    /// Tells of the database.
    void database(double seconds, fleet_did what) {
        host = "database";
        at(seconds).tell(std::move(what));
    }

    /// A message of that host's for one of its targets, granted at `granted` and claimed a second later.
    std::string claimed(double granted, const std::string& by, const std::string& target) {
        host = by;
        at(granted);
        const std::string id = message_for(target, "first");
        auto& m = std::get<journalled>(events.back().what);
        m.origin = origin::plan;
        database(granted,
                 {.step = fleet_step::granted, .group = "web", .message = id, .by = by, .planned_at = m.planned_at});
        database(granted + 1, {.step = fleet_step::claimed, .group = "web", .message = id, .by = by});
        host = by;
        return id;
    }

    /// The whole of it; the target stands again after half a minute.
    void act_of(double granted, const std::string& by, const std::string& target, double after_claim = 0.1) {
        const std::string id = claimed(granted, by, target);
        at(granted + 1 + after_claim).acts(target, "first", id);
        stands(target, "first", target_state::down);
        at(granted + 31).stands(target, "second");
    }
};

/// Beside the plan, which the stories do not have.
names broken(const fleet_story& s) {
    names all = s.broken();
    all.erase("follows_plan");
    return all;
}

TEST(FleetPromisesTest, ActsByAClaimOneAfterTheOtherAreAsTheyShouldBe) {
    fleet_story s;
    s.act_of(10, "a", "a-1");
    s.act_of(60, "b", "b-1");

    EXPECT_THAT(broken(s), IsEmpty());
    EXPECT_EQ(s.decided("acts_by_claim"), 4U) << "two acts and two claims";
    EXPECT_EQ(s.decided("one_host_a_moment"), 2U);
    EXPECT_EQ(s.decided("holds_when_fleet_halted"), 2U);
    EXPECT_EQ(s.decided("fleet_limits_hold"), 4U) << "places, and who stands";
}

TEST(FleetPromisesTest, NoActWithoutAClaim) {
    fleet_story s;
    s.host = "a";
    s.at(10);
    const std::string id = s.message_for("a-1", "first");
    s.acts("a-1", "first", id);

    EXPECT_THAT(broken(s), testing::ElementsAre("acts_by_claim"));
}

TEST(FleetPromisesTest, AClaimOfAnotherHostIsNone) {
    fleet_story s;
    const std::string id = s.claimed(10, "a", "b-1");
    s.host = "b";
    s.at(11.1).acts("b-1", "first", id);

    EXPECT_THAT(broken(s), testing::ElementsAre("acts_by_claim"));
}

TEST(FleetPromisesTest, AClaimLastsThreeTenthsOfASecond) {
    fleet_story in_time;
    in_time.act_of(10, "a", "a-1", 0.3);
    fleet_story late;
    late.act_of(10, "a", "a-1", 0.301);

    EXPECT_THAT(broken(in_time), IsEmpty());
    EXPECT_THAT(broken(late), testing::ElementsAre("acts_by_claim"));
}

TEST(FleetPromisesTest, AClaimIsOfWhatWasGrantedAndTheOnlyOne) {
    fleet_story ungranted;
    ungranted.database(10, {.step = fleet_step::claimed, .group = "web", .message = "x", .by = "a"});
    fleet_story twice;
    const std::string id = twice.claimed(10, "a", "a-1");
    twice.database(11.2, {.step = fleet_step::claimed, .group = "web", .message = id, .by = "a"});
    fleet_story forgotten;
    const std::string again = forgotten.claimed(10, "a", "a-1");
    forgotten.database(11.1, {.step = fleet_step::lost});
    forgotten.database(11.2, {.step = fleet_step::claimed, .group = "web", .message = again, .by = "a"});

    EXPECT_THAT(broken(ungranted), testing::ElementsAre("acts_by_claim"));
    EXPECT_THAT(broken(twice), testing::ElementsAre("acts_by_claim"));
    EXPECT_THAT(broken(forgotten), IsEmpty());
}

TEST(FleetPromisesTest, TwoHostsDoNotActForOneMoment) {
    fleet_story s;
    const std::string first = s.claimed(10, "a", "a-1");
    s.at(11.1).acts("a-1", "first", first);
    const std::string second = s.claimed(10.5, "b", "b-1");
    std::get<journalled>(s.events[s.events.size() - 3].what).planned_at = s.wall_begin + 10s;
    s.at(11.6).acts("b-1", "first", second);

    EXPECT_THAT(broken(s), testing::ElementsAre("one_host_a_moment"));
}

TEST(FleetPromisesTest, NoActLaterThanAPermitAfterAHaltOfTheFleetOrTheGroup) {
    for (const std::optional<std::string>& whom : {std::optional<std::string>(), std::optional<std::string>("web")}) {
        fleet_story in_time;
        in_time.database(10.8, {.step = fleet_step::halted, .group = whom});
        in_time.act_of(10, "a", "a-1");
        fleet_story late;
        late.database(10.7, {.step = fleet_step::halted, .group = whom});
        late.act_of(10, "a", "a-1", 0.1);
        fleet_story resumed;
        resumed.database(2, {.step = fleet_step::halted, .group = whom});
        resumed.database(9, {.step = fleet_step::resumed, .group = whom});
        resumed.act_of(10, "a", "a-1");

        EXPECT_THAT(broken(in_time), IsEmpty());
        EXPECT_THAT(broken(late), testing::ElementsAre("holds_when_fleet_halted"));
        EXPECT_THAT(broken(resumed), IsEmpty());
    }
}

TEST(FleetPromisesTest, AHaltOfAnotherGroupIsNone) {
    fleet_story s;
    s.database(2, {.step = fleet_step::halted, .group = "db"});
    s.act_of(10, "a", "a-1");

    EXPECT_THAT(broken(s), IsEmpty());
}

TEST(FleetPromisesTest, WhoStandsIsCountedOverAllHosts) {
    fleet_story s;
    s.act_of(10, "a", "a-1");
    s.act_of(20, "b", "b-1");
    EXPECT_THAT(broken(s), IsEmpty()) << "two are left";

    s.act_of(25, "a", "a-2");
    EXPECT_THAT(broken(s), testing::ElementsAre("fleet_limits_hold"));
}

TEST(FleetPromisesTest, WhoFellRightBeforeWasCountedAsStanding) {
    fleet_story s;
    s.web().limits.min_healthy = 3;
    s.host = "b";
    s.at(0).tell(s.config);
    s.host = "a";
    s.tell(s.config);
    s.host = "b";
    s.at(8).stands("b-1", "first", target_state::down);
    s.act_of(10, "a", "a-1");
    EXPECT_THAT(broken(s), IsEmpty()) << "an answer may be five seconds old";

    s.host = "b";
    s.at(5).stands("b-2", "first", target_state::down);
    EXPECT_THAT(broken(s), testing::ElementsAre("fleet_limits_hold"));
}

TEST(FleetPromisesTest, PlacesAreCountedOverAllHosts) {
    fleet_story s;
    s.web().limits.max_per_hour = 1;
    for (const char* const name : {"a", "b"}) {
        s.host = name;
        s.at(1).tell(s.config);
    }
    s.act_of(10, "a", "a-1");
    EXPECT_THAT(broken(s), IsEmpty());

    s.act_of(60, "b", "b-1");
    EXPECT_THAT(broken(s), testing::ElementsAre("fleet_limits_hold"));
}

TEST(FleetPromisesTest, HowManyAreUnderWayIsCountedOverAllHosts) {
    fleet_story s;
    s.web().limits.max_unavailable = 1;
    for (const char* const name : {"a", "b"}) {
        s.host = name;
        s.at(1).tell(s.config);
    }
    s.act_of(10, "a", "a-1");
    EXPECT_THAT(broken(s), IsEmpty());

    s.act_of(20, "b", "b-1");
    EXPECT_THAT(broken(s), testing::ElementsAre("few_at_once"));
}

TEST(FleetPromisesTest, AGroupThatIsNotSharedNeedsNoClaim) {
    story s;
    s.begins();
    s.restarts(10, "web-1", "first", "second");

    EXPECT_THAT(s.broken(), IsEmpty());
    EXPECT_EQ(s.decided("acts_by_claim"), 0U);
}

TEST(FleetPromisesTest, InACalmPhaseSomebodyDecides) {
    const auto calm_of = [](bool is_decided) {
        fleet_story s;
        s.web().schedule.mean_time_between = 1min;
        s.web().schedule.tolerance = 1min;
        for (const char* const name : {"a", "b"}) {
            s.host = name;
            s.at(1).tell(s.config);
        }
        s.database(0, {.step = fleet_step::resumed});
        s.at(10).tell(phase_begins{.phase = phase_kind::calm, .within = 10min});
        if (is_decided) {
            s.database(
                3000,
                {.step = fleet_step::skipped, .group = "web", .message = "x", .planned_at = s.wall_begin + 3000s});
        }
        s.at(3600).tell(phase_begins{.phase = phase_kind::over, .within = {}});
        return broken(s).contains("fleet_decides");
    };

    EXPECT_TRUE(calm_of(false));
    EXPECT_FALSE(calm_of(true));
}

}  // namespace
}  // namespace mayhem::sim::test
