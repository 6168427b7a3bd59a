// Proves on virtual time how messages are handled in a group that does several things: each by whoever does what it
// says, and none to a life to which another one is being done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SeveralActsTest : public testing::Test {
protected:
    SeveralActsTest() {
        freezer.lasts_for.length = 60s;
        f.group.acts = group_acts({{.what = {.name = "restart", .with = ""}, .weight = 1, .by = &f.driver},
                                   {.what = {.name = "freeze", .with = ""}, .weight = 1, .by = &freezer}},
                                  {}, nullptr);
    }

    void restart(const std::string& name, async::clock::duration after = {}) {
        f.give(name, after).act.name = "restart";
    }

    /// Its driver counts what has stood.
    void freeze(const std::string& name, async::clock::duration after = {}) {
        core::message& m = f.give(name, after);
        m.target = freezer.know(name, "1#flow.0");
        m.act.name = "freeze";
    }

    [[nodiscard]] std::vector<core::guard> refusals() const {
        std::vector<core::guard> all;
        for (const core::outcome& o : f.store.outcomes()) {
            if (o.refused_by) {
                all.push_back(*o.refused_by);
            }
        }
        return all;
    }

    test::flow f;
    test::fake_driver freezer;
};

TEST_F(SeveralActsTest, EachIsDoneByWhoDoesWhatItSays) {
    restart("a");
    freeze("b");

    f.run();

    EXPECT_THAT(f.driver.acts(), ElementsAre("a 1"));
    EXPECT_THAT(freezer.acts(), ElementsAre("b 1#flow.0"));
    EXPECT_EQ(f.seen.of(step_kind::restarted).size(), 1U);
    EXPECT_EQ(f.seen.of(step_kind::fault_ended).size(), 1U);
    EXPECT_THAT(refusals(), IsEmpty());
}

TEST_F(SeveralActsTest, WhatIsNotSaidIsTheFirst) {
    f.give("a");

    f.run();

    EXPECT_THAT(f.driver.acts(), ElementsAre("a 1"));
}

TEST_F(SeveralActsTest, WhatTheGroupDoesNotDoAnyMoreIsRefused) {
    f.give("a").act.name = "cut";

    f.run();

    EXPECT_THAT(f.driver.acts(), IsEmpty());
    EXPECT_THAT(freezer.acts(), IsEmpty());
    EXPECT_THAT(refusals(), ElementsAre(core::guard::not_opted_in));
}

TEST_F(SeveralActsTest, NothingIsFrozenThatIsBeingRestarted) {
    f.driver.takes = 20s;
    restart("a");
    freeze("a", 5s);

    f.run();

    EXPECT_THAT(freezer.acts(), IsEmpty());
    EXPECT_THAT(refusals(), ElementsAre(core::guard::already_restarted)) << "it is that life, however it is counted";
}

TEST_F(SeveralActsTest, NothingIsRestartedThatStandsStill) {
    f.group.settings.stable_for = 0s;
    freeze("a");
    restart("a", 5s);

    f.run();

    EXPECT_THAT(f.driver.acts(), IsEmpty());
    EXPECT_THAT(freezer.acts(), ElementsAre("a 1#flow.0"));
    EXPECT_THAT(refusals(), ElementsAre(core::guard::too_young));
}

TEST_F(SeveralActsTest, WhatStoodStillMayBeRestartedAfterwards) {
    freeze("a");
    restart("a", 5min);

    f.run();

    EXPECT_THAT(f.driver.acts(), ElementsAre("a 1"));
    EXPECT_THAT(freezer.acts(), ElementsAre("a 1#flow.0"));
}

TEST_F(SeveralActsTest, ALifeThatMayHaveBeenRestartedInAFormerLifeIsNotFrozen) {
    freeze("a");
    f.store.acted_targets.push_back({.group = "cattle", .target = f.driver.know("a")});

    f.run();

    EXPECT_THAT(freezer.acts(), IsEmpty());
    EXPECT_THAT(refusals(), ElementsAre(core::guard::already_restarted));
}

}  // namespace
}  // namespace mayhem::pipeline
