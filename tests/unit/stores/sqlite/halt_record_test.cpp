// Proves that a halt comes back from its text as it was, and that a text that is damaged counts as one.
#include "stores/sqlite/halt_record.hpp"

#include <gtest/gtest.h>

namespace mayhem::stores {
namespace {

TEST(HaltRecordTest, ComesBackAsItWas) {
    const halt_record r{.who = "alice \"a\"", .why = "two\nlines", .since = core::wall_time{core::duration{123456789}}};

    EXPECT_EQ(parse_halt(to_text(r)), r);
}

TEST(HaltRecordTest, NobodyHaltsInAnEmptyOrAbsentText) {
    EXPECT_EQ(parse_halt(to_text(std::nullopt)), std::nullopt);
    EXPECT_EQ(parse_halt(std::nullopt), std::nullopt);
}

TEST(HaltRecordTest, ADamagedTextHalts) {
    for (const char* damaged : {"{", "[]", R"({"who": 1})", "yes"}) {
        EXPECT_TRUE(parse_halt(damaged)) << damaged;
    }
}

TEST(HaltRecordTest, IsKnownByItsTextWhateverThatHas) {
    const halt_record r{.who = "alice", .why = "", .since = {}};

    EXPECT_TRUE(is_text_of(to_text(r), r));
    EXPECT_TRUE(is_text_of("damaged", *parse_halt("damaged")));
    EXPECT_FALSE(is_text_of(to_text(r), halt_record{.who = "bob", .why = "", .since = {}}));
    EXPECT_FALSE(is_text_of("", r));
}

}  // namespace
}  // namespace mayhem::stores
