// Proves that each act has one driver, made once, and that none is made of an action that the group does not have.
#include "pipeline/model/group_acts.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

class GroupActsTest : public testing::Test {
protected:
    GroupActsTest() {
        acts = group_acts({{.what = {.name = "restart", .with = ""}, .weight = 3, .by = &restarts},
                           {.what = {.name = "cut", .with = R"(for = "5s")"}, .weight = 1, .by = &cuts}},
                          {"freeze"}, [this](const core::act& a) -> ports::driver& {
                              if (a.with == "wrong") {
                                  throw std::invalid_argument("it is wrong");
                              }
                              made.push_back(std::make_unique<test::fake_driver>());
                              return *made.back();
                          });
    }

    test::fake_driver restarts;
    test::fake_driver cuts;
    std::vector<std::unique_ptr<test::fake_driver>> made;
    group_acts acts{restarts};
};

TEST_F(GroupActsTest, ItsOwnAreThoseOfTheConfig) {
    EXPECT_EQ(acts.find({.name = "restart", .with = ""}), &restarts);
    EXPECT_EQ(acts.find({.name = "cut", .with = R"(for = "5s")"}), &cuts);
    EXPECT_EQ(acts.find({}), &restarts) << "of a message that does not say it";
    EXPECT_TRUE(made.empty());
}

TEST_F(GroupActsTest, OneWithOtherParametersIsMadeOnce) {
    ports::driver* const first = acts.find({.name = "cut", .with = R"(for = "9s")"});

    EXPECT_EQ(first, made.at(0).get());
    EXPECT_EQ(acts.find({.name = "cut", .with = R"(for = "9s")"}), first);
    EXPECT_EQ(made.size(), 1U);
    EXPECT_EQ(acts.made().size(), 1U);
}

TEST_F(GroupActsTest, NoneIsMadeOfAnActionThatItDoesNotHave) {
    EXPECT_NE(acts.find({.name = "freeze", .with = ""}), nullptr) << "which may be asked for";
    EXPECT_EQ(acts.find({.name = "kill", .with = ""}), nullptr);
    EXPECT_EQ(acts.find({.name = "freeze", .with = "wrong"}), nullptr);
    EXPECT_THROW((void)acts.get({.name = "kill", .with = ""}), std::invalid_argument);
    EXPECT_EQ(made.size(), 1U);
}

TEST_F(GroupActsTest, SoManyAreMadeAndNoMore) {
    for (std::size_t i = 0; i < group_acts::made_max; ++i) {
        ASSERT_NE(acts.find({.name = "cut", .with = std::to_string(i)}), nullptr);
    }

    EXPECT_EQ(acts.find({.name = "cut", .with = "one more"}), nullptr);
    EXPECT_EQ(acts.find({.name = "cut", .with = R"(for = "5s")"}), &cuts);
}

TEST_F(GroupActsTest, AMomentGetsOneOfItsOwn) {
    int cut = 0;

    for (int i = 0; i < 1000; ++i) {
        cut += acts.draw(core::random_source(1).stream(std::to_string(i))).by == &cuts ? 1 : 0;
    }

    EXPECT_NEAR(cut, 250, 60);
}

TEST_F(GroupActsTest, IsMixedIfALifeMayBeHitInSeveralWays) {
    const std::vector<group_acts::entry> one{{.what = {.name = "restart", .with = ""}, .weight = 1, .by = &restarts}};

    EXPECT_TRUE(acts.is_mixed());
    EXPECT_FALSE(group_acts(restarts).is_mixed());
    EXPECT_FALSE(group_acts(one, {"restart"}, nullptr).is_mixed());
    EXPECT_TRUE(group_acts(one, {"freeze"}, nullptr).is_mixed());
}

}  // namespace
}  // namespace mayhem::pipeline
