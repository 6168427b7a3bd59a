// Proves on virtual time what a handler puts on record of those who fell beside its target, and whom nobody had
// foretold: by the list of the guards before the act, and one list after it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

core::target life(const std::string& id, const std::string& incarnation) {
    return {.id = id, .incarnation = incarnation, .name = id};
}

class UnforetoldFallsTest : public testing::Test {
protected:
    UnforetoldFallsTest() {
        f_.group.settings.recovery_timeout = 10s;
        f_.group.settings.limits.min_healthy = 1;
        f_.driver.comes_back_after = 1s;
        const core::target victim = f_.give("a").target;
        f_.driver.standing = {victim, life("b", "1"), life("c", "1")};
    }

    void after_the_act(std::vector<core::target> standing) {
        f_.at(1s, [this, standing = std::move(standing)](service&) { f_.driver.standing = standing; });
    }

    [[nodiscard]] const core::outcome& first_outcome() const { return f_.store.outcomes().front(); }

    test::flow f_;
};

TEST_F(UnforetoldFallsTest, WhoFellAndWasNotForetoldIsAFinding) {
    after_the_act({life("a", "2"), life("b", "2"), life("c", "1")});

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::recovered);
    ASSERT_THAT(first_outcome().fates, SizeIs(1));
    EXPECT_EQ(first_outcome().fates[0].who.id, "b");
    EXPECT_EQ(first_outcome().fates[0].incarnation_after, "2");
    EXPECT_FALSE(first_outcome().fates[0].is_foretold);
    const std::string says = "b fell in the same time, which nobody had foretold, and stands again";
    EXPECT_EQ(first_outcome().error, says);
    EXPECT_EQ(f_.seen.of(step_kind::recovered).front().detail, says);
    EXPECT_EQ(first_outcome().opens_breaker, "");
}

TEST_F(UnforetoldFallsTest, AFailureSaysItAsWell) {
    f_.driver.comes_back_after = std::nullopt;
    after_the_act({life("c", "1")});

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::not_recovered);
    EXPECT_THAT(first_outcome().error, HasSubstr("b fell in the same time, which nobody had foretold"));
}

TEST_F(UnforetoldFallsTest, WhoWasForetoldIsNone) {
    f_.driver.reach = core::reach{.falls = {{.id = "b", .incarnation = "1", .because = "BindsTo=a", .is_meant = true}}};
    after_the_act({life("a", "2"), life("b", "2"), life("c", "1")});

    f_.run();

    ASSERT_THAT(first_outcome().fates, SizeIs(1));
    EXPECT_TRUE(first_outcome().fates[0].is_foretold);
    EXPECT_EQ(first_outcome().error, "");
}

TEST_F(UnforetoldFallsTest, WhomAnotherActOfOursHasHitIsNone) {
    core::target b = f_.driver.know("b");
    f_.give("b", 100ms).target = b;
    f_.driver.standing[1] = b;
    f_.at(1200ms, [this](service&) { f_.driver.standing = {life("a", "2"), life("b", "2"), life("c", "1")}; });

    f_.run();

    ASSERT_THAT(f_.store.outcomes(), SizeIs(2));
    for (const core::outcome& o : f_.store.outcomes()) {
        EXPECT_EQ(o.verdict, core::verdict::recovered);
        EXPECT_THAT(o.fates, IsEmpty()) << o.error;
    }
}

TEST_F(UnforetoldFallsTest, AListThatCannotBeHadSaysNothing) {
    f_.at(1s, [this](service&) {
        f_.driver.standing.clear();
        f_.driver.list_failures = 1;
    });

    f_.run();

    EXPECT_EQ(first_outcome().verdict, core::verdict::recovered);
    EXPECT_THAT(first_outcome().fates, IsEmpty());
}

TEST_F(UnforetoldFallsTest, AGroupWhoseGuardsWantNoListIsNotListed) {
    f_.group.settings.limits.min_healthy = 0;

    f_.run();

    EXPECT_EQ(f_.driver.lists(), 0U);
}

TEST_F(UnforetoldFallsTest, OneMoreListIsAllThatItCosts) {
    f_.run();

    EXPECT_EQ(f_.driver.lists(), 2U);
    EXPECT_EQ(first_outcome().error, "");
}

}  // namespace
}  // namespace mayhem::pipeline
