// Proves on virtual time what a handler makes of a target that was told to end and stands all the same, and which
// stages of a recovery it puts on record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;
using testing::HasSubstr;

class NotEndedTest : public testing::Test {
protected:
    NotEndedTest() {
        f_.group.settings.recovery_timeout = 10s;
        f_.group.settings.limits.breaks_when_lost = true;
        f_.driver.comes_back_after = std::nullopt;
        f_.give("a");
    }

    [[nodiscard]] const core::outcome& first_outcome() const { return f_.store.outcomes().front(); }

    test::flow f_;
};

TEST_F(NotEndedTest, WhatStandsAllTheSameWasNotRestarted) {
    f_.driver.departs = core::passing::stands;

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted not_ended acked");
    EXPECT_EQ(first_outcome().verdict, core::verdict::not_ended);
    EXPECT_EQ(first_outcome().disposition, core::disposition::acked);
    EXPECT_EQ(first_outcome().error, "it ignores the act");
    EXPECT_GE(first_outcome().recovery, 10s) << "so long it was waited for";
    EXPECT_EQ(first_outcome().opens_breaker, "");
    EXPECT_EQ(f_.seen.of(step_kind::not_ended).front().detail, "it ignores the act");
}

TEST_F(NotEndedTest, WhatStandsIsNotToldAgain) {
    f_.driver.departs = core::passing::stands;
    core::message& again = f_.give("a once more", 60s);
    again.target = f_.unfinished.front().message.target;

    f_.run();

    EXPECT_EQ(f_.seen.story(), "pulled saved restarted not_ended acked pulled refused acked");
    EXPECT_EQ(f_.driver.acts().size(), 1U);
    EXPECT_EQ(f_.seen.of(step_kind::refused).front().refused_by, core::guard::already_restarted);
}

TEST_F(NotEndedTest, WhatEndedAndIsNotBackSaysWhatWasSeenLast) {
    f_.driver.departs = core::passing::ended;
    f_.driver.stops_after = 2s;

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::not_recovered);
    EXPECT_EQ(first_outcome().error, "it ended, and nothing has come since");
    EXPECT_EQ(first_outcome().stages.stopped, 1'500ms) << "the act took half a second";
    EXPECT_EQ(first_outcome().stages.started, std::nullopt);
    EXPECT_THAT(first_outcome().opens_breaker, HasSubstr("did not recover"));
}

TEST_F(NotEndedTest, WhereNobodyCanTellItHasNotRecovered) {
    f_.driver.departs = core::passing::unknown;

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::not_recovered);
}

TEST_F(NotEndedTest, WhatIsBackIsAskedNothingMore) {
    f_.driver.departs = core::passing::stands;
    f_.driver.comes_back_after = 1s;
    f_.driver.stops_after = 600ms;

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::recovered);
    EXPECT_EQ(first_outcome().stages.stopped, 100ms);
    EXPECT_EQ(first_outcome().error, "");
}

}  // namespace
}  // namespace mayhem::pipeline
