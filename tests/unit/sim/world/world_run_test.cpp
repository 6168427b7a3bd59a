// Proves that a whole run is what its seed says, decides what it is there to decide, and reports a promise that is
// broken: short runs, with no fault and with all of them, one of them with an event that never happened.
#include "sim/world/world_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/event_json.hpp"
#include "sim/world/world_log.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

class WorldRunTest : public testing::Test {
protected:
    /// A storm of an hour in which nothing goes wrong.
    static run_options without_faults() {
        run_options o;
        o.storm = 1h;
        o.pace = pace::hectic;
        o.faults = dice::none();
        return o;
    }

    /// One in which everything goes wrong, and often.
    static run_options with_all_faults() {
        run_options o;
        o.storm = 30min;
        o.pace = pace::hectic;
        o.faults.emplace().fill(frequency::often);
        return o;
    }

    run_result run(std::uint64_t seed, const run_options& o) { return run_world(seed, o, log_); }

    static std::size_t decided(const run_result& r, const std::string& promise) {
        return r.found.tallies().at(promise).decided;
    }

private:
    telemetry::logging log_{{.lowest = telemetry::level::critical}};
};

/// What is wrong with it, if anything, for a person.
std::string why(const run_result& r) {
    std::string text = r.broke;
    for (const violation& v : r.found.violations()) {
        text += v.promise + ": " + v.text + "\n";
    }
    for (const std::string& f : r.found.faults_of_log()) {
        text += "the log: " + f + "\n";
    }
    return text;
}

TEST_F(WorldRunTest, WithoutFaultsItIsCleanAndDecidesThePromises) {
    const run_result r = run(15, without_faults());

    EXPECT_TRUE(r.is_clean()) << why(r);
    EXPECT_GT(decided(r, "acts_once"), 0U);
    EXPECT_GT(decided(r, "record_is_true"), 0U);
    EXPECT_GT(decided(r, "moments_are_on_record"), 0U);
    EXPECT_GT(r.acts, 0U);
    EXPECT_GT(r.messages, 0U);
    EXPECT_GE(r.simulated, 1h);
    EXPECT_EQ(r.lives, r.kills + 1);
    EXPECT_LE(r.kills, 1U) << "when the calm begins";
    EXPECT_THAT(r.come_about, IsEmpty());
    EXPECT_THAT(r.last_events, IsEmpty());
    EXPECT_THAT(r.found.excuses(), IsEmpty());
}

TEST_F(WorldRunTest, TheSameSeedGivesTheSameRunWhateverRanBetweenAndWhetherItIsWrittenDown) {
    std::ostringstream events;
    run_options written = with_all_faults();
    written.events = &events;

    const run_result first = run(4, with_all_faults());
    const run_result other = run(2, with_all_faults());
    const run_result again = run(4, written);

    EXPECT_EQ(again.hash, first.hash);
    EXPECT_EQ(again.hashes, first.hashes);
    EXPECT_EQ(again.steps, first.steps);
    EXPECT_EQ(again.come_about, first.come_about);
    EXPECT_EQ(again.rare.counts(), first.rare.counts());
    EXPECT_NE(other.hash, first.hash);
    EXPECT_GT(first.kills, 0U) << "it is a run in which things happen";
    EXPECT_THAT(first.come_about, Not(IsEmpty()));
    std::istringstream lines(events.str());
    std::string line;
    std::uint64_t read = 0;
    while (std::getline(lines, line)) {
        const auto e = parse_line(line);
        ASSERT_TRUE(e) << e.error();
        ++read;
    }
    EXPECT_GT(read, 100U);
}

TEST_F(WorldRunTest, WithAllFaultsItIsCleanForAFewSeeds) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const run_result r = run(seed, with_all_faults());

        EXPECT_TRUE(r.is_clean()) << "seed " << seed << "\n" << why(r);
    }
}

TEST_F(WorldRunTest, OnlyWhatIsAllowedComesAbout) {
    run_options o = with_all_faults();
    o.only.emplace();
    const run_result none = run(1, o);

    EXPECT_TRUE(none.is_clean()) << why(none);
    EXPECT_THAT(none.come_about, IsEmpty());
    EXPECT_LE(none.kills, 1U) << "when the calm begins";
    EXPECT_EQ(none.lives, none.kills + 1);
}

TEST_F(WorldRunTest, AllThatCameAboutMakesTheSameRunAgain) {
    run_options o = with_all_faults();
    const run_result whole = run(4, o);

    o.only.emplace(whole.come_about.begin(), whole.come_about.end());
    const run_result again = run(4, o);

    EXPECT_EQ(again.hash, whole.hash);
    EXPECT_EQ(again.come_about, whole.come_about);
}

TEST_F(WorldRunTest, ABrokenPromiseIsReportedWithTheLastEvents) {
    run_options o = without_faults();
    o.falsify = [](world_log& log) {
        const auto last = std::ranges::find_if(log.last().rbegin(), log.last().rend(),
                                               [](const event& e) { return std::holds_alternative<hit>(e.what); });
        ASSERT_NE(last, log.last().rend());
        hit again = std::get<hit>(last->what);
        again.act = log.next_id();
        log.tell(act{.id = again.act, .group = "g0", .target = again.target, .incarnation = again.incarnation});
        log.tell(again);
    };

    const run_result r = run(8, o);

    EXPECT_FALSE(r.is_clean());
    EXPECT_THAT(r.found.violations(), Contains(Field(&violation::promise, "acts_once")));
    ASSERT_THAT(r.last_events, Not(IsEmpty()));
    EXPECT_LE(r.last_events.size(), world_log::kept_max);
    EXPECT_TRUE(parse_line(r.last_events.back()));
}

TEST_F(WorldRunTest, ASlowRunLastsLongerForAsMuch) {
    run_options hectic = with_all_faults();
    hectic.storm.reset();
    run_options ordinary = hectic;
    ordinary.pace = pace::ordinary;

    const run_result fast = run(1, hectic);
    const run_result slow = run(1, ordinary);

    EXPECT_GT(slow.simulated, 20 * fast.simulated);
    EXPECT_LT(slow.kills, 5 * fast.kills);
    EXPECT_GT(5 * slow.kills, fast.kills);
}

TEST_F(WorldRunTest, AStuckOrBrokenRunIsNotClean) {
    run_result stuck;
    stuck.is_stuck = true;
    run_result broke;
    broke.broke = "time does not go on";

    EXPECT_TRUE(run_result{}.is_clean());
    EXPECT_FALSE(stuck.is_clean());
    EXPECT_FALSE(broke.is_clean());
}

}  // namespace
}  // namespace mayhem::sim
