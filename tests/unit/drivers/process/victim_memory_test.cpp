// Proves what is remembered of processes that were acted on.
#include "drivers/process/victim_memory.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

using time_point = async::clock::time_point;
using namespace std::chrono_literals;

process_incarnation life(pid_t pid) { return {.pid = pid, .start_ticks = 1, .boot_id = "b"}; }

}  // namespace

TEST(VictimMemoryTest, RemembersTheFirstTimeThatItWasSeenToHaveEnded) {
    victim_memory memory;
    memory.note_act(life(1), time_point{1s}, "runsv starts it again");
    EXPECT_EQ(memory.find(life(1))->ended_at, std::nullopt);

    memory.note_end(life(1), time_point{3s});
    memory.note_end(life(1), time_point{4s});

    EXPECT_EQ(memory.find(life(1))->ended_at, time_point{3s});
    EXPECT_EQ(memory.find(life(1))->at, time_point{1s});
    EXPECT_EQ(memory.find(life(1))->owner, "runsv starts it again");
}

TEST(VictimMemoryTest, KnowsNothingOfOthersAndForgetsTheOldest) {
    victim_memory memory;
    memory.note_end(life(1), time_point{3s});
    EXPECT_EQ(memory.find(life(1)), nullptr);

    for (pid_t pid = 1; pid <= static_cast<pid_t>(victim_memory::acts_max) + 1; ++pid) {
        memory.note_act(life(pid), time_point{1s}, "");
    }

    EXPECT_EQ(memory.find(life(1)), nullptr);
    EXPECT_NE(memory.find(life(2)), nullptr);
}

}  // namespace mayhem::drivers
