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

}  // namespace
}  // namespace mayhem::cli
