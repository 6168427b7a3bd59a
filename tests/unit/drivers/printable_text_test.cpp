// Proves that no text from outside can carry control characters or broken UTF-8 into a log or a record, by feeding
// well-formed and malformed bytes and comparing.
#include "drivers/printable_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(PrintableTextTest, LeavesOrdinaryTextAlone) {
    EXPECT_EQ(printable_text("nginx: worker process"), "nginx: worker process");
    EXPECT_EQ(printable_text(""), "");
}

TEST(PrintableTextTest, LeavesValidUtf8Alone) {
    EXPECT_EQ(printable_text("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x84"), "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x84");
}

TEST(PrintableTextTest, ReplacesControlCharacters) { EXPECT_EQ(printable_text("a\nb\x1b[31mc\x7f"), "a?b?[31mc?"); }

TEST(PrintableTextTest, ReplacesEachByteThatIsNoUtf8) {
    EXPECT_EQ(printable_text("a\xff"
                             "b"),
              "a?b")
        << "never a first byte";
    EXPECT_EQ(printable_text("\xc3"), "?") << "cut short";
    EXPECT_EQ(printable_text("\xc0\xaf"), "??") << "overlong";
    EXPECT_EQ(printable_text("\xe0\x80\xaf"), "???") << "overlong";
    EXPECT_EQ(printable_text("\xed\xa0\x80"), "???") << "a surrogate";
    EXPECT_EQ(printable_text("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
}

}  // namespace mayhem::drivers
