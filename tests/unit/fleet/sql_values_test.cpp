// How values go to PostgreSQL and come back: what is written is quoted, and what comes back is believed only where it
// is what was asked for.
#include "fleet/sql_values.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

using row = std::vector<std::optional<std::string>>;

TEST(SqlValuesTest, ArraysAreQuotedWhateverIsInThem) {
    EXPECT_EQ(array_text(std::vector<std::string>{}), "{}");
    EXPECT_EQ(array_text(std::vector<std::string>{"a", "", "b,c", R"(q"\)", "NULL"}),
              R"({"a","","b,c","q\"\\","NULL"})");
    EXPECT_EQ(array_text(std::vector{core::uuid(), core::uuid()}),
              "{00000000-0000-0000-0000-000000000000,00000000-0000-0000-0000-000000000000}");
}

TEST(SqlValuesTest, MomentsAndLengthsAreWholeMicroseconds) {
    EXPECT_EQ(microseconds_text(core::wall_time(core::duration(1'764'532'800'123'457))), "1764532800123457");
    EXPECT_EQ(microseconds_text(core::duration(-5ms)), "-5000");
}

TEST(SqlValuesTest, ARowIsReadFromLeftToRight) {
    const row values{"text",
                     "t",
                     "7",
                     std::nullopt,
                     "1764532800123457",
                     "12345678-1234-4234-8234-123456789abc",
                     "12345678-1234-4234-8234-123456789abc,12345678-1234-4234-8234-123456789abd",
                     ""};
    row_reader r(values);
    EXPECT_EQ(r.text(), "text");
    EXPECT_TRUE(r.truth());
    EXPECT_EQ(r.count(), 7U);
    EXPECT_EQ(r.count_or_null(), std::nullopt);
    EXPECT_EQ(r.moment().time_since_epoch().count(), 1'764'532'800'123'457);
    EXPECT_EQ(r.id().to_string(), "12345678-1234-4234-8234-123456789abc");
    EXPECT_EQ(r.ids().size(), 2U);
    EXPECT_TRUE(r.ids().empty());
    EXPECT_THROW((void)r.text_or_null(), unreadable_answer) << "there are no more columns";
}

TEST(SqlValuesTest, WhatIsNotWhatWasAskedForIsNotBelieved) {
    const row null{std::nullopt};
    const row word{"yes"};
    const row negative{"-1"};
    const row id{"12345678-1234-4234-8234"};
    EXPECT_THROW((void)row_reader(null).text(), unreadable_answer);
    EXPECT_THROW((void)row_reader(word).truth(), unreadable_answer);
    EXPECT_THROW((void)row_reader(word).count(), unreadable_answer);
    EXPECT_THROW((void)row_reader(negative).count(), unreadable_answer);
    EXPECT_THROW((void)row_reader(id).id(), unreadable_answer);
    EXPECT_THROW((void)row_reader(id).ids(), unreadable_answer);
}

TEST(SqlValuesTest, WhatCannotBeReadHasHappenedAllTheSame) {
    const auto read = [](row_reader r) { return r.count(); };
    const auto of = [&read](call_outcome o) { return read_row<std::uint64_t>(std::move(o), read); };

    EXPECT_EQ(std::get<std::uint64_t>(of(rows{.values = {{"3"}}})), 3U);
    EXPECT_TRUE(std::holds_alternative<unknown>(of(rows{.values = {{"x"}}})));
    EXPECT_TRUE(std::holds_alternative<unknown>(of(rows{})));
    EXPECT_TRUE(std::holds_alternative<unknown>(of(rows{.values = {{"1"}, {"2"}}})));
    EXPECT_EQ(std::get<refused>(of(refused{.sqlstate = "MM001", .text = "no"})).sqlstate, "MM001");
    EXPECT_EQ(std::get<unknown>(of(unknown{"lost"})).why, "lost");
    EXPECT_EQ(std::get<not_sent>(of(not_sent{"away"})).why, "away");
}

}  // namespace
}  // namespace mayhem::fleet
