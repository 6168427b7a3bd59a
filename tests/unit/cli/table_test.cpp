// Proves that tables line up whatever their cells hold, by comparing whole texts.
#include "cli/table.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace mayhem::cli {
namespace {

TEST(TableTest, AlignsEachColumnAndLeavesNoTrailingBlanks) {
    table t({{.title = "TARGET"}, {.title = "RECOVERED", .align = column::side::right}, {.title = "WHY"}});

    t.add_row({"billing", "0.512 s", ""});
    t.add_row({"web", "12.004 s", "slow"});

    EXPECT_EQ(t.to_text(),
              "TARGET   RECOVERED  WHY\n"
              "billing    0.512 s\n"
              "web       12.004 s  slow\n");
}

TEST(TableTest, CountsCodePointsNotBytes) {
    table t({{.title = "A"}, {.title = "B"}});

    t.add_row({"\u00e9\u00e9\u00e9", "x"});

    EXPECT_EQ(t.to_text(), "A    B\n\u00e9\u00e9\u00e9  x\n");
}

TEST(TableTest, CutsLongCellsBetweenCodePoints) {
    table t({{.title = "A", .width_max = 5}});

    t.add_row({"\u00e9\u00e9\u00e9\u00e9\u00e9"});
    t.add_row({"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"});

    EXPECT_EQ(t.to_text(), "A\n\u00e9\u00e9\u00e9\u00e9\u00e9\n\u00e9\u00e9...\n");
}

TEST(TableTest, DefusesControlCharacters) {
    table t({{.title = "A"}});

    t.add_row({"a\n\x1b[2J"});
    t.add_row({"\u009b2J\u202ex\xff"});

    EXPECT_EQ(t.to_text(), "A\na??[2J\n?2J?x?\n");
}

TEST(TableTest, FillsMissingCellsAndRefusesExtraOnes) {
    table t({{.title = "A"}, {.title = "B"}});

    t.add_row({"a"});

    EXPECT_EQ(t.to_text(), "A  B\na\n");
    EXPECT_THROW(t.add_row({"a", "b", "c"}), std::invalid_argument);
}

TEST(TableTest, IsTitlesAloneWithoutRows) {
    const table t({{.title = "A"}, {.title = "B"}});

    EXPECT_TRUE(t.empty());
    EXPECT_EQ(t.to_text(), "A  B\n");
}

TEST(TableTest, LeavesOutTheLeastWantedColumnsWhereThereIsNoRoom) {
    table t({{.title = "TARGET"},
             {.title = "FIRST", .may_go = 1},
             {.title = "SECOND", .may_go = 2},
             {.title = "WHY", .width_min = 3}});
    t.add_row({"billing", "a", "b", "slow"});

    EXPECT_EQ(t.to_text(30), "TARGET   FIRST  SECOND  WHY\nbilling  a      b       slow\n");
    EXPECT_EQ(t.to_text(24), "TARGET   FIRST  WHY\nbilling  a      slow\n");
    EXPECT_EQ(t.to_text(13), "TARGET   WHY\nbilling  slow\n");
    EXPECT_EQ(t.to_text(12), "TARGET   WHY\nbilling  ...\n");
    EXPECT_EQ(t.to_text(3), "TARGET   WHY\nbilling  ...\n") << "what may not go stays";
}

TEST(TableTest, CutsTheWidestColumnFirst) {
    table t({{.title = "A", .width_min = 4}, {.title = "B", .width_min = 4}});
    t.add_row({"123456", "1234567890"});

    EXPECT_EQ(t.to_text(16), "A       B\n123456  12345...\n");
    EXPECT_EQ(t.to_text(10), "A     B\n1...  1...\n");
    EXPECT_EQ(t.to_text(), "A       B\n123456  1234567890\n");
}

TEST(TableTest, GoesOnBelowInTheColumnThatWraps) {
    table t({{.title = "GUARD"}, {.title = "LOOKED AT", .width_min = 10, .wraps = true}});
    t.add_row({"halted", "not halted at this moment"});
    t.add_row({"young", "averylongwordwithoutblanks"});

    EXPECT_EQ(t.to_text(20),
              "GUARD   LOOKED AT\n"
              "halted  not halted\n"
              "        at this\n"
              "        moment\n"
              "young   averylongwor\n"
              "        dwithoutblan\n"
              "        ks\n");
}

TEST(TableTest, CutsTextsByThemselves) {
    EXPECT_EQ(cut_to("1234567890", 5), "12...");
    EXPECT_EQ(cut_to("12345", 5), "12345");
    EXPECT_EQ(cut_to("1234567890", 0), "1234567890");
}

}  // namespace
}  // namespace mayhem::cli
