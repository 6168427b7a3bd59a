// Proves that the cached conversion to local time is the right one at every second, half-hour zones and the hour that
// comes twice included, by setting TZ for this process.
#include "telemetry/local_clock.hpp"

#include <cstdlib>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

using namespace std::chrono_literals;

class LocalClockTest : public testing::Test {
protected:
    LocalClockTest() {
        if (const char* const before = std::getenv("TZ"); before != nullptr) {
            before_ = before;
        }
    }
    ~LocalClockTest() override {
        if (before_) {
            ::setenv("TZ", before_->c_str(), 1);
        } else {
            ::unsetenv("TZ");
        }
        ::tzset();
    }
    static void set_zone(const char* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }

private:
    std::optional<std::string> before_;
};

constexpr std::chrono::system_clock::time_point at(std::chrono::seconds since_1970,
                                                   std::chrono::milliseconds rest = 0ms) {
    return std::chrono::system_clock::time_point{since_1970 + rest};
}

TEST_F(LocalClockTest, ReadsDateTimeAndMilliseconds) {
    set_zone("UTC0");
    local_clock clock;

    const auto now = clock.read(at(1709331217s, 5ms));

    EXPECT_EQ(now.stamp, "2024-03-01T22:13:37");
    EXPECT_EQ(now.time, "22:13:37");
    EXPECT_EQ(now.offset, "+00:00");
    EXPECT_EQ(now.milliseconds, 5);
}

TEST_F(LocalClockTest, FollowsTheSecondsBothWays) {
    set_zone("UTC0");
    local_clock clock;

    EXPECT_EQ(clock.read(at(1709331217s, 999ms)).time, "22:13:37");
    EXPECT_EQ(clock.read(at(1709331218s)).time, "22:13:38");
    EXPECT_EQ(clock.read(at(1709331217s)).time, "22:13:37");
}

TEST_F(LocalClockTest, WritesTheOffsetOfTheZone) {
    set_zone("<-0330>3:30");
    EXPECT_EQ(local_clock{}.read(at(0s)).offset, "-03:30");

    set_zone("<+0545>-5:45");
    EXPECT_EQ(local_clock{}.read(at(0s)).offset, "+05:45");
}

TEST_F(LocalClockTest, TellsTheTwoHoursOfAutumnApart) {
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    local_clock clock;
    const auto summer = at(1729989000s);  // 2024-10-27 00:30 UTC

    const std::string first{clock.read(summer).offset};
    const std::string second{clock.read(summer + 1h).offset};

    EXPECT_EQ(first, "+02:00");
    EXPECT_EQ(second, "+01:00");
    EXPECT_EQ(clock.read(summer).time, "02:30:00");
    EXPECT_EQ(clock.read(summer + 1h).time, "02:30:00");
}

TEST_F(LocalClockTest, ReadsMomentsBefore1970) {
    set_zone("UTC0");
    local_clock clock;

    const auto now = clock.read(at(-1s, 250ms));

    EXPECT_EQ(now.stamp, "1969-12-31T23:59:59");
    EXPECT_EQ(now.milliseconds, 250);
}

}  // namespace
}  // namespace mayhem::telemetry
