// Proves that the log of a world hands everything to the judge and keeps enough for whoever has to understand a
// failure: events are told on virtual time, a false one among them.
#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/event_json.hpp"
#include "sim/world/herd.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::SizeIs;

/// Whose daemon acts on the cow, and hits it.
void act_on_cow(world_log& log) {
    const std::uint64_t id = log.next_id();
    log.tell(act{.id = id, .group = "g", .target = "cow", .incarnation = "1"});
    log.tell(hit{.act = id, .target = "cow", .incarnation = "1", .signal = "TERM"});
}

TEST(WorldLogTest, ASecondActOnOneIncarnationIsABrokenPromise) {
    small_scene s;
    undo_shelf pauses(s.parts);
    herd targets(s.parts, pauses);
    s.log.tell(life_began{.life = 1});
    targets.add({.name = "cow", .groups = {"g"}});

    act_on_cow(s.log);
    const std::size_t broken_before = s.log.found().tallies().at("acts_once").broken;
    act_on_cow(s.log);
    s.log.end();

    EXPECT_EQ(broken_before, 0U);
    EXPECT_EQ(s.log.found().tallies().at("acts_once").broken, 1U);
    EXPECT_FALSE(s.log.found().is_clean());
    EXPECT_EQ(s.log.acts(), 2U);
}

TEST(WorldLogTest, SaysWhenAndInWhichOrderThingsHappened) {
    small_scene s;
    s.log.tell(breaker_is{.group = "g", .is_open = true});
    s.loop.run_for(90s);
    s.loop.clock.jump_wall(1h);
    s.log.tell(breaker_is{.group = "g", .is_open = false});

    ASSERT_THAT(s.log.last(), SizeIs(2));
    const event& first = s.log.last()[0];
    const event& second = s.log.last()[1];
    EXPECT_EQ(first.at.seq, 1U);
    EXPECT_EQ(second.at.seq, 2U);
    EXPECT_EQ(first.at.steady.earliest, steady_time{});
    EXPECT_EQ(second.at.steady.earliest, steady_time{90s});
    EXPECT_EQ(second.at.wall.earliest - first.at.wall.earliest, 1h + 90s);
    EXPECT_EQ(second.host, "host");
}

TEST(WorldLogTest, KeepsTheLastEventsAndWritesEveryOneOfThem) {
    small_scene s;

    for (std::size_t i = 0; i < world_log::kept_max + 50; ++i) {
        s.log.tell(breaker_is{.group = "g", .is_open = i % 2 == 0});
    }

    EXPECT_THAT(s.log.last(), SizeIs(world_log::kept_max));
    EXPECT_EQ(s.log.last().back().at.seq, world_log::kept_max + 50);
    EXPECT_EQ(s.log.size(), world_log::kept_max + 50);
    std::istringstream lines(s.lines.str());
    std::string line;
    std::uint64_t read = 0;
    while (std::getline(lines, line)) {
        const auto e = parse_line(line);
        ASSERT_TRUE(e) << e.error();
        EXPECT_EQ(e->at.seq, ++read);
    }
    EXPECT_EQ(read, s.log.size());
}

TEST(WorldLogTest, ATroubleStandsAsLongAsItsObject) {
    small_scene s;
    {
        const standing_trouble first(s.log, trouble_kind::store, std::nullopt, "the disk is full");
        const standing_trouble second(s.log, trouble_kind::engine, "g", "it is away");
    }

    const auto told = s.events<trouble>();

    ASSERT_THAT(told, SizeIs(4));
    EXPECT_TRUE(told[0].stands);
    EXPECT_TRUE(told[1].stands);
    EXPECT_FALSE(told[2].stands);
    EXPECT_EQ(told[2].id, told[1].id);
    EXPECT_EQ(told[3].id, told[0].id);
    EXPECT_NE(told[0].id, told[1].id);
    EXPECT_EQ(told[1].group, "g");
}

}  // namespace
}  // namespace mayhem::sim
