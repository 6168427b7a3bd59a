// Proves that errors come out in the order of the file, bounded in number and length, and that nothing in the file can
// drive the terminal that they are printed on.
#include "settings/errors.hpp"

#include <gtest/gtest.h>

namespace mayhem::settings {
namespace {

TEST(ErrorsTest, AreInTheOrderOfTheFile) {
    errors all("m.toml");
    all.add({3, 1}, "third");
    all.add({1, 9}, "second");
    all.add({1, 2}, "first");
    all.add({3, 1}, "fourth");

    const auto taken = all.take();

    ASSERT_EQ(taken.size(), 4U);
    EXPECT_EQ(taken[0], (error{.file = "m.toml", .line = 1, .column = 2, .text = "first"}));
    EXPECT_EQ(taken[1].text, "second");
    EXPECT_EQ(taken[2].text, "third");
    EXPECT_EQ(taken[3].text, "fourth");
    EXPECT_TRUE(all.empty());
}

TEST(ErrorsTest, CountsWhatIsTooMuch) {
    errors all("m.toml");
    for (std::uint32_t line = 1; line <= errors::errors_max + 7; ++line) {
        all.add({line, 1}, "wrong");
    }

    const auto taken = all.take();

    ASSERT_EQ(taken.size(), errors::errors_max + 1);
    EXPECT_EQ(to_string(taken.back()), "m.toml: and 7 more errors");
}

TEST(ErrorsTest, CutsEndlessText) {
    errors all("m.toml");
    all.add({1, 1}, std::string(100'000, 'x'));

    EXPECT_EQ(all.take().front().text, std::string(errors::text_bytes_max, 'x') + "...");
}

TEST(ErrorsTest, MakesTextPrintable) {
    errors all("m.toml");
    all.add({1, 1}, "a\x1b[31m\nb\xff");

    EXPECT_EQ(all.take().front().text, "a?[31m?b?");
}

}  // namespace
}  // namespace mayhem::settings
