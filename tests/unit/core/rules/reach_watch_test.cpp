// Proves what is made of looks at those who were to go down with a target: who fell, and who stands again since when.
#include "mayhem/core/rules/reach_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

neighbour unit(const std::string& id) { return {.id = id, .incarnation = "1", .because = "BindsTo=a"}; }

reach_watch two() { return reach_watch(reach{.falls = {unit("b"), unit("c")}}); }

}  // namespace

TEST(ReachWatchTest, NobodyIsMissingWhereNobodyFalls) {
    const reach_watch w;

    EXPECT_TRUE(w.empty());
    EXPECT_TRUE(w.do_all_stand());
    EXPECT_EQ(w.describe_missing(), "");
}

TEST(ReachWatchTest, WhoNeverFellStandsFromTheAct) {
    reach_watch w = two();
    EXPECT_THAT(w.ids(), ElementsAre("b", "c"));

    w.saw({"1", "1"}, 2s);

    EXPECT_TRUE(w.do_all_stand());
    EXPECT_EQ(w.fates()[0].has_fallen, false);
    EXPECT_EQ(w.fates()[0].back, duration{});
    EXPECT_EQ(w.describe_fallen(), "");
}

TEST(ReachWatchTest, NamesTheOneWhoFell) {
    reach_watch w = two();

    w.saw({"2", "1"}, 1s);

    EXPECT_EQ(w.describe_fallen(), "1 other fell with it and stands again: b");
}

TEST(ReachWatchTest, WhoFellAndStandsAgainHasTheTimeFromWhichItDid) {
    reach_watch w = two();
    w.saw({"", "1"}, 1s);
    EXPECT_FALSE(w.do_all_stand());
    EXPECT_EQ(w.describe_missing(), "b (BindsTo=a) fell with it and does not stand");
    w.saw({"2", "2"}, 2s);
    w.saw({"2", "2"}, 3s);

    EXPECT_TRUE(w.do_all_stand());
    EXPECT_EQ(w.fates()[0].has_fallen, true);
    EXPECT_EQ(w.fates()[0].back, 2s);
    EXPECT_EQ(w.fates()[0].incarnation_after, "2");
    EXPECT_EQ(w.fates()[1].has_fallen, true) << "another life is a fall that nobody saw";
    EXPECT_EQ(w.fates()[1].back, 2s);
    EXPECT_EQ(w.describe_fallen(), "2 others fell with it and stand again: b, c");
}

TEST(ReachWatchTest, WhoFallsAgainStandsFromTheLastTime) {
    reach_watch w = two();
    w.saw({"2", "2"}, 1s);
    w.saw({"", ""}, 2s);
    EXPECT_EQ(w.describe_missing(), "b (BindsTo=a), c (BindsTo=a) fell with it and do not stand");
    w.saw({"3", "2"}, 4s);

    EXPECT_EQ(w.fates()[0].back, 4s);
    EXPECT_EQ(w.fates()[1].back, 4s);
}

TEST(ReachWatchTest, PartsOfTheTargetAreNotFollowedAndStayOnRecord) {
    neighbour part = unit("worker");
    part.is_part = true;
    reach_watch w(reach{.falls = {part, unit("b")}});
    EXPECT_THAT(w.ids(), ElementsAre("b"));

    w.saw({"2"}, 1s);

    EXPECT_TRUE(w.do_all_stand());
    ASSERT_EQ(w.fates().size(), 2U);
    EXPECT_EQ(w.fates()[0].has_fallen, true);
    EXPECT_EQ(w.fates()[1].who.id, "worker");
    EXPECT_EQ(w.fates()[1].has_fallen, std::nullopt);
    EXPECT_TRUE(reach_watch(reach{.falls = {part}}).empty());
}

}  // namespace mayhem::core
