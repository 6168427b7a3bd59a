// Proves that errors come out in the order of the file, bounded in number and length, and that nothing in the file can
// drive the terminal that they are printed on.
#include "config/config_errors.hpp"

#include <gtest/gtest.h>

namespace mayhem::app {
namespace {

TEST(ConfigErrorsTest, AreInTheOrderOfTheFile) {
    config_errors errors("m.toml");
    errors.add({3, 1}, "third");
    errors.add({1, 9}, "second");
    errors.add({1, 2}, "first");
    errors.add({3, 1}, "fourth");

    const auto taken = errors.take();

    ASSERT_EQ(taken.size(), 4U);
    EXPECT_EQ(taken[0], (config_error{.file = "m.toml", .line = 1, .column = 2, .text = "first"}));
    EXPECT_EQ(taken[1].text, "second");
    EXPECT_EQ(taken[2].text, "third");
    EXPECT_EQ(taken[3].text, "fourth");
    EXPECT_TRUE(errors.empty());
}

TEST(ConfigErrorsTest, CountsWhatIsTooMuch) {
    config_errors errors("m.toml");
    for (std::uint32_t line = 1; line <= config_errors::errors_max + 7; ++line) {
        errors.add({line, 1}, "wrong");
    }

    const auto taken = errors.take();

    ASSERT_EQ(taken.size(), config_errors::errors_max + 1);
    EXPECT_EQ(to_string(taken.back()), "m.toml: and 7 more errors");
}

TEST(ConfigErrorsTest, CutsEndlessText) {
    config_errors errors("m.toml");
    errors.add({1, 1}, std::string(100'000, 'x'));

    EXPECT_EQ(errors.take().front().text, std::string(config_errors::text_bytes_max, 'x') + "...");
}

TEST(ConfigErrorsTest, MakesTextPrintable) {
    config_errors errors("m.toml");
    errors.add({1, 1}, "a\x1b[31m\nb\xff");

    EXPECT_EQ(errors.take().front().text, "a?[31m?b?");
}

}  // namespace
}  // namespace mayhem::app
