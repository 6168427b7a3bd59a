// Proves which texts are lengths of time and which are not, each refusal with its reason, and that what is written for
// people is rounded well and can be read again.
#include "mayhem/core/text/duration_text.hpp"

#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct reading {
    std::string_view text;
    nanoseconds length;
};

class ReadableDurationTest : public testing::TestWithParam<reading> {};

TEST_P(ReadableDurationTest, IsRead) {
    const auto length = parse_duration(GetParam().text);

    ASSERT_TRUE(length) << length.error();
    EXPECT_EQ(*length, GetParam().length);
}

INSTANTIATE_TEST_SUITE_P(DurationText, ReadableDurationTest,
                         testing::Values(reading{"90s", 90s}, reading{"1h30m", 90min}, reading{"250ms", 250ms},
                                         reading{"4h", 4h}, reading{"1d", 24h}, reading{"0s", 0s}, reading{"7us", 7us},
                                         reading{"1ns", 1ns},
                                         reading{"1d2h3m4s5ms6us7ns", 26h + 3min + 4s + 5ms + 6us + 7ns},
                                         reading{"1.5h", 90min}, reading{"0.25s", 250ms}, reading{"1.20 s", 1200ms},
                                         reading{"0.000000001s", 1ns}, reading{"1 h 30 m", 90min},
                                         reading{"1h 30m ", 90min}, reading{"007s", 7s}, reading{"120m", 2h},
                                         reading{"100000d", 100'000 * 24h}));

struct refusal {
    std::string_view text;
    std::string_view reason;
};

class UnreadableDurationTest : public testing::TestWithParam<refusal> {};

TEST_P(UnreadableDurationTest, SaysWhy) {
    const auto length = parse_duration(GetParam().text);

    ASSERT_FALSE(length) << length->count() << " ns";
    EXPECT_EQ(length.error(), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    DurationText, UnreadableDurationTest,
    testing::Values(refusal{"", R"("" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{"soon", R"("soon" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{" 1s", R"(" 1s" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{".5s", R"(".5s" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{"1.s", R"("1.s" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{"1s,2ms", R"("1s,2ms" is no length of time: write, say, "90s", "250ms" or "1h30m")"},
                    refusal{"-5s", R"("-5s" is negative)"},
                    refusal{"90", R"("90" lacks a unit: write, say, "90s" for seconds)"},
                    refusal{"1h30", R"("1h30" lacks a unit: write, say, "30s" for seconds)"},
                    refusal{"5min", R"("5min" has an unknown unit "min": use d, h, m, s, ms, us or ns)"},
                    refusal{"5S", R"("5S" has an unknown unit "S": use d, h, m, s, ms, us or ns)"},
                    refusal{"30m1h", R"("30m1h" must name each unit once, from the largest to the smallest)"},
                    refusal{"1s1s", R"("1s1s" must name each unit once, from the largest to the smallest)"},
                    refusal{"0.5ns", R"("0.5ns" is finer than a nanosecond)"},
                    refusal{"0.0000000001s", R"("0.0000000001s" is finer than a nanosecond)"},
                    refusal{"100001d", R"("100001d" is too long: at most 100000d)"},
                    refusal{"100000d1ns", R"("100000d1ns" is too long: at most 100000d)"},
                    refusal{"99999999999999999999999999s",
                            R"("99999999999999999999999999s" is too long: at most 100000d)"}));

struct writing {
    nanoseconds length;
    std::string_view text;
};

class WrittenDurationTest : public testing::TestWithParam<writing> {};

TEST_P(WrittenDurationTest, IsShortAndRounded) { EXPECT_EQ(format_duration(GetParam().length), GetParam().text); }

INSTANTIATE_TEST_SUITE_P(
    DurationText, WrittenDurationTest,
    testing::Values(writing{0ns, "0 ns"}, writing{999ns, "999 ns"}, writing{1us, "1 us"}, writing{1250ns, "1.3 us"},
                    writing{9949ns, "9.9 us"}, writing{9950ns, "10 us"}, writing{999'499ns, "999 us"},
                    writing{999'500ns, "1 ms"}, writing{350ms, "350 ms"}, writing{350'400us, "350 ms"},
                    writing{2'040us, "2 ms"}, writing{999'600us, "1 s"}, writing{1200ms, "1.2 s"},
                    writing{1249ms, "1.2 s"}, writing{12'340ms, "12.3 s"}, writing{59'949ms, "59.9 s"},
                    writing{59'960ms, "1 m"}, writing{90s, "1 m 30 s"}, writing{90'500ms, "1 m 31 s"},
                    writing{3599'600ms, "1 h"}, writing{4h, "4 h"}, writing{90min, "1 h 30 m"}, writing{24h, "1 d"},
                    writing{60h, "2 d 12 h"}, writing{24h * 365, "365 d"}, writing{-1200ms, "-1.2 s"},
                    writing{nanoseconds::max(), "106751 d"}, writing{nanoseconds::min(), "-106751 d"}));

TEST(DurationTextTest, ReadsWhatItWrites) {
    random_source rng(5);
    for (int i = 0; i < 20'000; ++i) {
        const nanoseconds length(static_cast<std::int64_t>(rng.next() >> (2 + rng.below(61))));
        if (length > 99'999 * 24h) {
            continue;
        }
        const std::string text = format_duration(length);

        const auto read = parse_duration(text);

        ASSERT_TRUE(read) << read.error();
        ASSERT_EQ(format_duration(*read), text);
        ASSERT_LE(std::chrono::abs(*read - length), length / 15) << text << " for " << length.count() << " ns";
    }
}

}  // namespace
}  // namespace mayhem::core
