// Proves that no text can break a JSON line or forge a plain one: known hard cases, then random bytes that
// nlohmann-json must be able to read back. MAYHEM_TEST_SEED repeats a run.
#include "telemetry/escape.hpp"

#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mayhem::telemetry {
namespace {

using namespace std::string_literals;

std::string json(std::string_view text) {
    line_buffer line;
    append_json_string(line, text);
    return fmt::to_string(line);
}

std::string plain(std::string_view text, std::string_view continuation = "    ") {
    line_buffer line;
    append_plain(line, text, continuation);
    return fmt::to_string(line);
}

TEST(JsonStringTest, EscapesWhatJsonReserves) {
    EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(json("\0\x1f"s), R"("\u0000\u001f")");
    EXPECT_EQ(json(""), R"("")");
}

TEST(JsonStringTest, KeepsWellFormedUtf8) {
    for (const auto* const text : {"\u00e9", "\u20ac", "\U0001F648", "\ud7ff", "\ue000", "\U0010FFFF"}) {
        EXPECT_EQ(json(text), '"' + std::string(text) + '"');
    }
}

TEST(JsonStringTest, ReplacesEachByteThatIsNoUtf8) {
    const std::string bad = R"(\ufffd)";
    EXPECT_EQ(json("a\x80z"), "\"a" + bad + "z\"");
    EXPECT_EQ(json("\xc0\xaf"), '"' + bad + bad + '"') << "overlong";
    EXPECT_EQ(json("\xe0\x80\x80"), '"' + bad + bad + bad + '"') << "overlong";
    EXPECT_EQ(json("\xed\xa0\x80"), '"' + bad + bad + bad + '"') << "surrogate";
    EXPECT_EQ(json("\xf4\x90\x80\x80"), '"' + bad + bad + bad + bad + '"') << "beyond U+10FFFF";
    EXPECT_EQ(json("\xe2\x82"), '"' + bad + bad + '"') << "cut off";
    EXPECT_EQ(json("\xff"), '"' + bad + '"');
}

TEST(JsonStringTest, IsReadableWhateverTheBytesAre) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const auto seed = given == nullptr ? 1U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    std::mt19937 rng(seed);

    for (int round = 0; round < 2000; ++round) {
        std::string text(rng() % 24, '\0');
        for (char& c : text) {
            c = static_cast<char>(rng() % 256);
        }

        const std::string line = json(text);

        ASSERT_TRUE(nlohmann::json::accept(line)) << line;
        ASSERT_EQ(line.find('\n'), std::string::npos);
    }
}

TEST(PlainTextTest, LeavesOrdinaryTextAlone) { EXPECT_EQ(plain("Consumed \u00e9\t1"), "Consumed \u00e9\t1"); }

TEST(PlainTextTest, MarksEveryFurtherLine) {
    EXPECT_EQ(plain("a\n22:13:37,005 INFO: forged\n"), "a\n    22:13:37,005 INFO: forged\n    ");
}

TEST(PlainTextTest, DefusesTerminalSequences) { EXPECT_EQ(plain("\x1b[2J\r\x7f"), R"(\x1b[2J\x0d\x7f)"); }

TEST(PlainTextTest, DefusesWhatDrivesATerminalBeyondAscii) {
    EXPECT_EQ(plain("\u009b2J\u009d0;x"), R"(\u009b2J\u009d0;x)") << "CSI and OSC of one character";
    EXPECT_EQ(plain("a\u202eb\u2066c\u2028d"), R"(a\u202eb\u2066c\u2028d)");
    EXPECT_EQ(plain("\x9b\xff\xe2\x82"), R"(\x9b\xff\xe2\x82)") << "no UTF-8";
    EXPECT_EQ(plain("\u4f60\u00e9\U0001F648"), "\u4f60\u00e9\U0001F648");
}

}  // namespace
}  // namespace mayhem::telemetry
