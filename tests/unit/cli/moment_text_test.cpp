// Proves how near and far moments, lengths and recoveries are written for a person.
#include "cli/moment_text.hpp"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::cli {
namespace {

using std::chrono::duration;

class MomentTextTest : public testing::Test {
protected:
    MomentTextTest() {
        (void)::setenv("TZ", "UTC", 1);
        ::tzset();
    }
    static core::wall_time at(const char* text) { return *core::parse_moment(text); }
};

TEST_F(MomentTextTest, IsAsShortAsItCanBeTold) {
    const core::wall_time now = at("2026-11-27T12:00:00Z");

    EXPECT_EQ(near_moment(at("2026-11-27T00:00:01Z"), now), "00:00:01");
    EXPECT_EQ(near_moment(at("2026-11-28T00:00:01Z"), now), "Sat 00:00");
    EXPECT_EQ(near_moment(at("2026-11-22T09:30:00Z"), now), "Sun 09:30");
    EXPECT_EQ(near_moment(at("2026-12-03T12:00:00Z"), now), "2026-12-03");
    EXPECT_EQ(near_moment(at("2025-11-27T12:00:00Z"), now), "2025-11-27");
}

TEST_F(MomentTextTest, WritesWhatAProgramPrintedInLocalTimeAndLeavesTheRest) {
    EXPECT_EQ(told_moment("2026-11-29T07:00:38.086680Z"), "2026-11-29 07:00:38");
    EXPECT_EQ(told_moment("yesterday"), "yesterday");
}

TEST_F(MomentTextTest, WritesLengthsInTwoUnitsAtMost) {
    EXPECT_EQ(rough_length(duration<double>(-3)), "0 s");
    EXPECT_EQ(rough_length(duration<double>(59.9)), "59 s");
    EXPECT_EQ(rough_length(duration<double>(3599)), "59 min");
    EXPECT_EQ(rough_length(duration<double>(3900)), "1 h 5 min");
    EXPECT_EQ(rough_length(duration<double>(26 * 3600)), "26 h 0 min");
    EXPECT_EQ(rough_length(duration<double>(76 * 3600)), "3 d 4 h");
}

TEST_F(MomentTextTest, WritesRecoveriesWithTwoOrThreeFigures) {
    EXPECT_EQ(seconds_text(0.412), "0.41 s");
    EXPECT_EQ(seconds_text(0.999), "1.0 s");
    EXPECT_EQ(seconds_text(14.12), "14.1 s");
    EXPECT_EQ(seconds_text(99.97), "1 min 40 s");
}

}  // namespace
}  // namespace mayhem::cli
