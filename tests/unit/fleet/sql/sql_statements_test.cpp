// Proves where one statement of a text of SQL ends: not at a semicolon that stands in a comment, in quotes or between
// dollar signs. The texts of src/fleet/sql/ itself are run, statement by statement, by the integration tests.
#include "fleet/sql/sql_statements.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

using statements = std::vector<std::string_view>;

TEST(SqlStatementsTest, EndAtSemicolons) {
    EXPECT_EQ(split_statements("SELECT 1;\n\n  SELECT 2 ;SELECT 3"), (statements{"SELECT 1", "SELECT 2 ", "SELECT 3"}));
    EXPECT_EQ(split_statements(" \n; ;\n"), statements{});
    EXPECT_EQ(split_statements(""), statements{});
}

TEST(SqlStatementsTest, DoNotEndInComments) {
    EXPECT_EQ(split_statements("-- one; two\nSELECT 1; -- three; four\nSELECT 2;\n-- five; and nothing"),
              (statements{"-- one; two\nSELECT 1", "-- three; four\nSELECT 2"}));
    EXPECT_EQ(split_statements("SELECT 3 - 2; SELECT 1"), (statements{"SELECT 3 - 2", "SELECT 1"}));
}

TEST(SqlStatementsTest, DoNotEndInQuotes) {
    EXPECT_EQ(split_statements("SELECT ';', 'it''s; so', \"a;b\"; SELECT '--;'"),
              (statements{"SELECT ';', 'it''s; so', \"a;b\"", "SELECT '--;'"}));
}

TEST(SqlStatementsTest, DoNotEndBetweenDollarSigns) {
    EXPECT_EQ(split_statements("DO $$ a; b $$; DO $x_1$ a; $$ b; $$ $x_1$; SELECT $1"),
              (statements{"DO $$ a; b $$", "DO $x_1$ a; $$ b; $$ $x_1$", "SELECT $1"}));
}

TEST(SqlStatementsTest, GoOnToTheEndWhereAQuoteIsNotClosed) {
    EXPECT_EQ(split_statements("SELECT 'a; b"), statements{"SELECT 'a; b"});
    EXPECT_EQ(split_statements("DO $$ a; b"), statements{"DO $$ a; b"});
}

}  // namespace
}  // namespace mayhem::fleet
