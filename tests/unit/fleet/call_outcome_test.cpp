// Proves what each error of a database means for the transaction, which decides whether an act may follow it, and what
// cannot be sent at all.
#include "fleet/call_outcome.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

TEST(CallOutcomeTest, WhatWasRolledBackBecauseOfOthersIsTriedAgain) {
    for (const char* const state : {"40001", "40P01", "55P03"}) {
        EXPECT_EQ(meaning_of("ERROR", state), error_meaning::again) << state;
    }
}

TEST(CallOutcomeTest, WhatTheDatabaseForbidsIsRefused) {
    for (const char* const state : {"42501", "MM001", "MM002", "MM003", "MM004", "23505", "42601", "22023", "25006"}) {
        EXPECT_EQ(meaning_of("ERROR", state), error_meaning::refused) << state;
    }
}

TEST(CallOutcomeTest, WhatMayHaveBeenCommittedAllTheSameIsUnknown) {
    for (const char* const state :
         {"57014", "57P01", "57P02", "57P03", "57P05", "08000", "08003", "08006", "08P01", "40003", "", "4000"}) {
        EXPECT_EQ(meaning_of("ERROR", state), error_meaning::unknown) << state;
    }
}

TEST(CallOutcomeTest, AnErrorThatEndsTheSessionIsUnknownWhateverItsCode) {
    EXPECT_EQ(meaning_of("FATAL", "42501"), error_meaning::unknown);
    EXPECT_EQ(meaning_of("PANIC", "40001"), error_meaning::unknown);
}

TEST(CallOutcomeTest, SixtyFourKibibytesCanBeSentAndOneByteMoreCannot) {
    statement s{.name = "note", .sql = "SELECT $1", .parameters = {std::string(statement::bytes_max - 9, 'x')}};

    EXPECT_EQ(trouble_in(s), "");

    s.parameters[0]->push_back('x');
    EXPECT_EQ(trouble_in(s), "note has 65537 bytes with its parameters, of at most 65536");
}

TEST(CallOutcomeTest, AZeroByteIsNotCutOffButRefused) {
    EXPECT_NE(trouble_in({.name = "note", .sql = "SELECT $1", .parameters = {std::string("a\0b", 3)}}), "");
    EXPECT_NE(trouble_in({.name = "note", .sql = std::string("SELECT\0 1", 9)}), "");
    EXPECT_EQ(trouble_in({.name = "note", .sql = "SELECT $1", .parameters = {std::nullopt}}), "");
}

TEST(CallOutcomeTest, AMessageOfSeveralLinesBecomesOne) {
    EXPECT_EQ(one_line("server closed the connection unexpectedly\n\tThis probably means\n"),
              "server closed the connection unexpectedly This probably means");
    EXPECT_EQ(one_line("\n"), "");
    EXPECT_EQ(one_line("a\x1b[31mb"), "a?[31mb");
}

}  // namespace
}  // namespace mayhem::fleet
