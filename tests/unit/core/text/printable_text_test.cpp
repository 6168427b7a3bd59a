// Proves that no text from outside can carry anything but printable characters into a log, a record or a terminal:
// every code point there is, then malformed bytes.
#include "mayhem/core/text/printable_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

constexpr char32_t last_code = 0x10ffff;

std::string encoded(char32_t code) {
    const auto trail = [code](unsigned shift) { return static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
    if (code < 0x80) {
        return {static_cast<char>(code)};
    }
    if (code < 0x800) {
        return {static_cast<char>(0xc0U | code >> 6U), trail(0)};
    }
    if (code < 0x10000) {
        return {static_cast<char>(0xe0U | code >> 12U), trail(6), trail(0)};
    }
    return {static_cast<char>(0xf0U | code >> 18U), trail(12), trail(6), trail(0)};
}

bool is_surrogate(char32_t code) { return code >= 0xd800 && code <= 0xdfff; }

/// Written out, apart from the code under test: C0, DEL and C1; Unicode's Bidi_Control; Zl and Zp.
bool may_stand_in_a_line(char32_t code) {
    constexpr std::u32string_view others =
        U"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029";
    return code >= 0x20 && (code < 0x7f || code > 0x9f) && others.find(code) == std::u32string_view::npos;
}

TEST(PrintableTextTest, KnowsEveryCodePoint) {
    for (char32_t code = 0; code <= last_code; ++code) {
        if (is_surrogate(code)) {
            continue;
        }
        const std::string text = encoded(code);
        const auto number = static_cast<unsigned>(code);
        const text_head head = head_of(text + "x");
        const bool is_line = code == '\n' || code == '\t';

        ASSERT_TRUE(head.is_valid) << number;
        ASSERT_EQ(head.bytes, text.size()) << number;
        ASSERT_EQ(static_cast<unsigned>(head.code), number);
        ASSERT_EQ(head.is_printable, may_stand_in_a_line(code)) << number;
        ASSERT_EQ(printable_text(text), may_stand_in_a_line(code) ? text : "?") << number;
        ASSERT_EQ(printable_lines(text), may_stand_in_a_line(code) || is_line ? text : "?") << number;
    }
}

TEST(PrintableTextTest, LeavesOrdinaryTextAlone) {
    EXPECT_EQ(printable_text("nginx: worker process"), "nginx: worker process");
    EXPECT_EQ(printable_text("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x84"), "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x84");
    EXPECT_EQ(printable_text(""), "");
}

TEST(PrintableTextTest, ReplacesWhatDrivesATerminal) {
    EXPECT_EQ(printable_text("a\nb\x1b[31mc\x7f"), "a?b?[31mc?");
    EXPECT_EQ(printable_text("\u009b2J"), "?2J") << "CSI of one character";
    EXPECT_EQ(printable_text("\u009d0;title\u009c"), "?0;title?") << "OSC";
    EXPECT_EQ(printable_text("evil\u202egnp.exe"), "evil?gnp.exe");
    EXPECT_EQ(printable_text("a\nb", ' '), "a b");
}

TEST(PrintableTextTest, KeepsTheLinesOfALongerText) {
    EXPECT_EQ(printable_lines("a\tb\r\n\x1b]0;x\x07z\n"), "a\tb?\n?]0;x?z\n");
}

TEST(PrintableTextTest, ReplacesEachByteThatIsNoUtf8) {
    EXPECT_EQ(printable_text("a\xff"
                             "b"),
              "a?b")
        << "never a first byte";
    EXPECT_EQ(printable_text("\xc3"), "?") << "cut short";
    EXPECT_EQ(printable_text("\x9b"), "?") << "CSI of terminals that do not speak UTF-8";
    EXPECT_EQ(printable_text("\xc0\xaf"), "??") << "overlong";
    EXPECT_EQ(printable_text("\xe0\x80\xaf"), "???") << "overlong";
    EXPECT_EQ(printable_text("\xed\xa0\x80"), "???") << "a surrogate";
    EXPECT_EQ(printable_text("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
    EXPECT_EQ(printable_text("\xf0\x9f\x90"), "???") << "cut short";
}

}  // namespace
}  // namespace mayhem::core
