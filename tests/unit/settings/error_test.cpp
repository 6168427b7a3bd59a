// Proves that an error is printed in the form in which compilers print theirs.
#include "settings/error.hpp"

#include <gtest/gtest.h>

namespace mayhem::settings {
namespace {

TEST(ErrorTest, NamesFileLineAndColumn) {
    EXPECT_EQ(to_string(error{.file = "a/m.toml", .line = 12, .column = 9, .text = "wrong"}), "a/m.toml:12:9: wrong");
}

TEST(ErrorTest, NamesTheFileAloneWhereThereIsNoPlace) {
    EXPECT_EQ(to_string(error{.file = "m.toml", .text = "cannot be read"}), "m.toml: cannot be read");
}

}  // namespace
}  // namespace mayhem::settings
