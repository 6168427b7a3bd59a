// Proves which words a terminal with colours shows in red, and that nothing else is touched.
#include "cli/terminal.hpp"

#include <gtest/gtest.h>

namespace mayhem::cli {

TEST(TerminalTest, PutsTroubleIntoColour) {
    EXPECT_EQ(emphasised("HALTED by anna"), "\x1b[1;31mHALTED\x1b[0m by anna");
    EXPECT_EQ(emphasised("6 restarts, 1 DID NOT."), "6 restarts, 1 \x1b[1;31mDID NOT\x1b[0m.");
    EXPECT_EQ(emphasised("a\nhalted  YES  why\n"), "a\nhalted  \x1b[1;31mYES\x1b[0m  why\n");
}

TEST(TerminalTest, LeavesPartsOfWordsAlone) {
    for (const char* text :
         {"", "Not halted.", "NOT BACK", "YESTERDAY", "unstable_for", "my-unstable-unit", "recovered"}) {
        EXPECT_EQ(emphasised(text), text);
    }
}

TEST(TerminalTest, TakesTheLongestOfThoseThatBeginAlike) {
    EXPECT_EQ(emphasised("DID NOT TOLERATE what"), "\x1b[1;31mDID NOT TOLERATE\x1b[0m what");
}

}  // namespace mayhem::cli
