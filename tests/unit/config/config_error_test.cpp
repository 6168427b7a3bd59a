// Proves that an error is printed in the form in which compilers print theirs.
#include "config/config_error.hpp"

#include <gtest/gtest.h>

namespace mayhem::app {
namespace {

TEST(ConfigErrorTest, NamesFileLineAndColumn) {
    EXPECT_EQ(to_string(config_error{.file = "a/m.toml", .line = 12, .column = 9, .text = "wrong"}),
              "a/m.toml:12:9: wrong");
}

TEST(ConfigErrorTest, NamesTheFileAloneWhereThereIsNoPlace) {
    EXPECT_EQ(to_string(config_error{.file = "m.toml", .text = "cannot be read"}), "m.toml: cannot be read");
}

}  // namespace
}  // namespace mayhem::app
