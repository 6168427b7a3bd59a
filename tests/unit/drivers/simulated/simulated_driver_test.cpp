// Proves that the simulated cattle behave as the talk's (F1, F9, F17), on virtual time with seeded chance.
#include "drivers/simulated/simulated_driver.hpp"

#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

namespace {

class SimulatedDriverTest : public ::testing::Test {
protected:
    static simulated_driver make(simulated_driver_settings settings) {
        return simulated_driver(settings, core::random_source(7));
    }

    core::target first(simulated_driver& driver) { return run_task(loop_, driver.list()).front(); }

    async::virtual_clock clock_;
    async::loop loop_{clock_};
};

}  // namespace

TEST_F(SimulatedDriverTest, F1NamesItsHostsAsTheTalkDoes) {
    simulated_driver driver = make({});

    const core::target t = first(driver);

    EXPECT_EQ(driver.kind(), "simulated");
    EXPECT_THAT(t.name, MatchesRegex("cattle-[a-z0-9][a-z0-9][a-z0-9][a-z0-9]"));
    EXPECT_EQ(t.id, t.name + ".example.net");
}

TEST_F(SimulatedDriverTest, ShowsAFreshHostEachTimeWhenTheSupplyIsEndless) {
    simulated_driver driver = make({.hosts = 0});
    std::set<std::string> names;

    for (int i = 0; i < 100; ++i) {
        const auto listed = run_task(loop_, driver.list());
        ASSERT_THAT(listed, SizeIs(1));
        names.insert(listed.front().name);
    }

    EXPECT_GT(names.size(), 95U);
}

TEST_F(SimulatedDriverTest, ShowsTheWholeHerdWhenItHasASize) {
    simulated_driver driver = make({.hosts = 500});

    const auto listed = run_task(loop_, driver.list());
    std::set<std::string> ids;
    for (const core::target& t : listed) {
        ids.insert(t.id);
    }

    EXPECT_THAT(ids, SizeIs(500));
    EXPECT_EQ(run_task(loop_, driver.list()), listed);
}

TEST_F(SimulatedDriverTest, TheSameSeedGivesTheSameHerd) {
    simulated_driver one = make({.hosts = 10});
    simulated_driver other = make({.hosts = 10});

    EXPECT_EQ(run_task(loop_, one.list()), run_task(loop_, other.list()));
}

TEST_F(SimulatedDriverTest, F9RestartTakesUpToASecond) {
    simulated_driver driver = make({.failure_probability = 0});
    std::chrono::nanoseconds total{};

    for (int i = 0; i < 400; ++i) {
        const core::target t = first(driver);
        const auto begin = clock_.now();
        run_task(loop_, driver.restart(t, test::may_act));
        const auto took = clock_.now() - begin;
        ASSERT_LT(took, 1s);
        total += took;
    }

    EXPECT_NEAR(std::chrono::duration<double>(total / 400).count(), 0.5, 0.05);
}

TEST_F(SimulatedDriverTest, F17FailsOnceInFourAfterItsTime) {
    simulated_driver driver = make({});
    int failures = 0;

    for (int i = 0; i < 2000; ++i) {
        const core::target t = first(driver);
        const auto begin = clock_.now();
        try {
            run_task(loop_, driver.restart(t, test::may_act));
        } catch (const core::restart_failed& e) {
            EXPECT_EQ(e.what(), "Could not restart " + t.id);
            EXPECT_GT(clock_.now(), begin);
            EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
            ++failures;
        }
    }

    EXPECT_NEAR(failures, 500, 75);
}

TEST_F(SimulatedDriverTest, HasTheSuccessorAtOnceAfterARestart) {
    simulated_driver driver = make({.hosts = 1, .failure_probability = 0});
    const core::target t = first(driver);
    ASSERT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);

    const ports::act_result acted = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(acted.refused_by, std::nullopt);
    const auto next = run_task(loop_, driver.successor(t));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->id, t.id);
    EXPECT_NE(next->incarnation, t.incarnation);
    EXPECT_EQ(first(driver), *next);
}

TEST_F(SimulatedDriverTest, RefusesTheSecondActOnOneIncarnation) {
    for (const std::size_t hosts : {std::size_t{0}, std::size_t{1}}) {
        simulated_driver driver = make({.hosts = hosts, .failure_probability = 0});
        const core::target t = first(driver);
        run_task(loop_, driver.restart(t, test::may_act));

        EXPECT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, core::guard::already_restarted);
    }
}

TEST_F(SimulatedDriverTest, OfTwoActsAtOnceOnlyOneCounts) {
    simulated_driver driver = make({.hosts = 1, .failure_probability = 0});
    const core::target t = first(driver);
    async::settled<ports::act_result> one;
    async::settled<ports::act_result> other;
    async::task_group group(loop_, "test", fail_test);

    group.spawn("one", test::note(driver.restart(t, test::may_act), one));
    group.spawn("other", test::note(driver.restart(t, test::may_act), other));
    loop_.run();

    EXPECT_NE(one->refused_by.has_value(), other->refused_by.has_value());
}

TEST_F(SimulatedDriverTest, RefusesAMessageFromAFormerLife) {
    simulated_driver former = make({.hosts = 1, .life = 1});
    simulated_driver now = make({.hosts = 1, .life = 2});

    EXPECT_EQ(run_task(loop_, now.restart(first(former), test::may_act)).refused_by, core::guard::already_restarted);
}

TEST_F(SimulatedDriverTest, ACancelledRestartHasNotHappened) {
    simulated_driver driver = make({.hosts = 1, .failure_probability = 0});
    const core::target t = first(driver);
    async::settled<ports::act_result> result;
    async::task_group group(loop_, "test", fail_test);

    group.spawn("restart", test::note(driver.restart(t, test::may_act), result));
    loop_.post([&group] { group.cancel(); });
    loop_.run();

    EXPECT_TRUE(async::is_cancellation(result.error()));
    EXPECT_EQ(first(driver), t);
}

TEST_F(SimulatedDriverTest, RefusesSettingsOutOfRange) {
    EXPECT_THROW(make({.hosts = 10'001}), std::invalid_argument);
    EXPECT_THROW(make({.failure_probability = 1.5}), std::invalid_argument);
}

}  // namespace mayhem::drivers
