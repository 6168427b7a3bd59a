// Proves when a packet that is delayed is to arrive: the latency later, jitter more or less, never out of order, and at
// a price that does not depend on how many wait. With times and a generator of the test's own.
#include "actions/netfilter/packet_line.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using clock = packet_line::clock;

constexpr clock::time_point begin{1h};

/// How long each of the packets waits that come so far apart, in the order in which they came.
std::vector<std::chrono::nanoseconds> waits(packet_line line, std::size_t packets, std::chrono::nanoseconds apart) {
    std::vector<std::chrono::nanoseconds> all;
    std::uint32_t next_out = 0;
    const auto take = [&](clock::time_point until) {
        for (auto due = line.next_due(); due && *due <= until; due = line.next_due()) {
            const auto last = line.take_due(*due);
            for (; next_out <= *last; ++next_out) {
                all.push_back(*due - (begin + next_out * apart));
            }
        }
    };
    for (std::uint32_t i = 0; i < packets; ++i) {
        const clock::time_point now = begin + i * apart;
        take(now);
        EXPECT_TRUE(line.add(i, now));
    }
    take(clock::time_point::max());
    EXPECT_EQ(all.size(), packets);
    return all;
}

TEST(PacketLineTest, APacketArrivesLaterByTheLatency) {
    packet_line line(200ms, 0ms, core::random_source(1));
    EXPECT_EQ(line.next_due(), std::nullopt);

    ASSERT_TRUE(line.add(7, begin));
    ASSERT_TRUE(line.add(8, begin + 1ms));

    EXPECT_EQ(line.next_due(), begin + 200ms);
    EXPECT_EQ(line.take_due(begin + 200ms - 1ns), std::nullopt);
    EXPECT_EQ(line.take_due(begin + 200ms), 7U);
    EXPECT_EQ(line.next_due(), begin + 201ms);
    EXPECT_EQ(line.take_due(begin + 1s), 8U);
    EXPECT_EQ(line.size(), 0U);
}

TEST(PacketLineTest, WithoutJitterAllWaitAsLong) {
    for (const auto wait : waits(packet_line(5ms, 0ms, core::random_source(1)), 20'000, 20us)) {
        ASSERT_EQ(wait, 5ms);
    }
}

TEST(PacketLineTest, NobodyWaitsLessOrMoreThanTheJitterAllows) {
    for (const auto apart : {std::chrono::nanoseconds(10us), std::chrono::nanoseconds(1ms),
                             std::chrono::nanoseconds(40ms), std::chrono::nanoseconds(300ms)}) {
        for (const auto wait : waits(packet_line(20ms, 20ms, core::random_source(3)), 4000, apart)) {
            ASSERT_GE(wait, 0ms);
            ASSERT_LE(wait, 40ms);
        }
    }
}

/// Whoever drew for each packet in a line would have all but a few of them at the end of the range.
TEST(PacketLineTest, HoweverManyComeTheJitterIsSpreadOverItsRange) {
    for (const auto apart : {std::chrono::nanoseconds(1ms), std::chrono::nanoseconds(250ms)}) {
        const auto all = waits(packet_line(200ms, 50ms, core::random_source(5)), 100'000, apart);
        const auto between = [&all](auto from, auto to) {
            return std::ranges::count_if(all, [&](auto w) { return w >= from && w < to; }) * 100 /
                   static_cast<std::ptrdiff_t>(all.size());
        };
        for (const auto from : {150ms, 175ms, 200ms, 225ms}) {
            EXPECT_NEAR(static_cast<double>(between(from, from + 25ms)), 25.0, 12.0)
                << "percent from " << from.count() << " ms, one each " << apart.count() << " ns";
        }
    }
}

TEST(PacketLineTest, TheSameSeedGivesTheSameWaits) {
    const auto with_seed = [](std::uint64_t seed) {
        return waits(packet_line(200ms, 50ms, core::random_source(seed)), 100, 150ms);
    };

    EXPECT_EQ(with_seed(5), with_seed(5));
    EXPECT_NE(with_seed(5), with_seed(6));
}

TEST(PacketLineTest, MoreThanThereIsRoomForAreNotTaken) {
    packet_line line(10s, 0ms, core::random_source(1));
    for (std::uint32_t i = 0; i < packet_line::longest; ++i) {
        ASSERT_TRUE(line.add(i, begin));
    }

    EXPECT_FALSE(line.add(packet_line::longest, begin));
    EXPECT_EQ(line.take_all(), packet_line::longest - 1);
    EXPECT_TRUE(line.add(packet_line::longest + 1, begin));
    EXPECT_EQ(line.take_all(), packet_line::longest + 1);
    EXPECT_EQ(line.take_all(), std::nullopt);
}

}  // namespace
}  // namespace mayhem::actions
