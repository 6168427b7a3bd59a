// Proves how many members a group is taken to have: from the config, from today's lists, and from those of the last
// week, on record or not.
#include "mayhem/core/rules/group_size.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr sys_days monday{days{20'000}};

}  // namespace

TEST(GroupSizeTest, KnowsNothingBeforeAList) {
    const group_size size;

    EXPECT_EQ(size.at(monday).members, 0U);
    EXPECT_FALSE(size.unrecorded(monday));
}

TEST(GroupSizeTest, HasTheMostThatAnyListOfTheLastWeekHasShown) {
    group_size size;
    size.note(monday, 3);
    size.note(monday, 1);
    size.note(monday + days{2}, 2);

    EXPECT_EQ(size.at(monday).members, 3U);
    EXPECT_FALSE(size.at(monday).shown_on) << "a list of that day shows it";
    const auto later = size.at(monday + days{6});
    EXPECT_EQ(later.members, 3U);
    EXPECT_EQ(later.shown_on, monday);
}

TEST(GroupSizeTest, IsSmallerWhenNoListOfAWeekHasShownMore) {
    group_size size;
    size.note(monday, 3);
    size.note(monday + days{7}, 2);

    EXPECT_EQ(size.at(monday + days{7}).members, 2U);
}

TEST(GroupSizeTest, GoesOnFromTheRecord) {
    group_size size;
    size.restore({{.day = monday, .members = 3}, {.day = monday - days{1}, .members = 5}});
    size.note(monday, 2);

    EXPECT_EQ(size.at(monday).members, 5U);
    EXPECT_EQ(size.at(monday).shown_on, monday - days{1});
    EXPECT_FALSE(size.unrecorded(monday)) << "the record knows of more on that day";
}

TEST(GroupSizeTest, TellsTheRecordWhatIsNewAndOnlyThat) {
    group_size size;
    size.note(monday, 2);
    ASSERT_EQ(size.unrecorded(monday), (size_on_day{.day = monday, .members = 2}));
    size.recorded({.day = monday, .members = 2});
    EXPECT_FALSE(size.unrecorded(monday));

    size.note(monday, 4);
    EXPECT_EQ(size.unrecorded(monday), (size_on_day{.day = monday, .members = 4}));
    EXPECT_FALSE(size.unrecorded(monday + days{1}));
}

TEST(GroupSizeTest, TheConfigsWordHolds) {
    group_size size;
    size.note(monday, 5);
    size.note(monday + days{1}, 2);

    const auto stated = size.at(monday + days{1}, 3);
    EXPECT_EQ(stated.members, 3U) << "it has become smaller, and the config says so";
    EXPECT_TRUE(stated.is_stated);
    EXPECT_EQ(size.at(monday, 3).members, 5U) << "but a list of today shows more";
}

TEST(GroupSizeTest, AClockThatIsSetForgetsNothing) {
    group_size size;
    size.note(monday, 3);
    size.note(monday + days{30'000}, 1);
    size.note(monday, 1);

    EXPECT_EQ(size.at(monday + days{1}).members, 3U);
}

TEST(GroupSizeTest, KeepsNotMoreDaysThanItNeeds) {
    group_size size;
    for (int day = 0; day < 1000; ++day) {
        size.note(monday + days{day}, 1);
    }

    EXPECT_FALSE(size.unrecorded(monday)) << "it is forgotten";
    EXPECT_TRUE(size.unrecorded(monday + days{999}));
}

}  // namespace mayhem::core
