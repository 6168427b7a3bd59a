// Proves whose next life a process counts as that came back under another command line, by asking about each condition.
#include "drivers/process/kin_memory.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

process_info process(pid_t pid, std::string command_line) {
    process_info p;
    p.pid = pid;
    p.executable = "/usr/sbin/haproxy";
    p.parent = 5;
    p.control_group = "0::/system.slice/haproxy.service";
    p.directory = "/srv/releases/1";
    p.command_line = std::move(command_line);
    return p;
}

const process_incarnation victim{.pid = 10, .start_ticks = 1, .boot_id = "b"};
const process_info seen = process(10, "haproxy -f a");
const process_info next = process(20, "haproxy -f a -sf 10");

class KinMemoryTest : public ::testing::Test {
protected:
    KinMemoryTest() {
        memory_.note_list({seen, process(11, "haproxy -f b")});
        memory_.note_act(victim, seen);
    }

    kin_memory memory_;
};

}  // namespace

TEST_F(KinMemoryTest, KnowsTheSameProgramInTheSamePlaceUnderANewLine) { EXPECT_TRUE(memory_.is_kin(victim, next)); }

TEST_F(KinMemoryTest, LeavesEachLineThatWasThereToItsOwner) {
    EXPECT_FALSE(memory_.is_kin(victim, process(20, "haproxy -f b")));

    memory_.note_list({next});
    EXPECT_TRUE(memory_.is_kin(victim, next)) << "what was listed after the act does not count";
}

TEST_F(KinMemoryTest, WantsTheSameProgramAndPlace) {
    process_info other = next;
    other.executable = "/usr/bin/python3";
    EXPECT_FALSE(memory_.is_kin(victim, other));

    other = next;
    other.control_group = "0::/user.slice";
    EXPECT_FALSE(memory_.is_kin(victim, other));

    other = next;
    other.directory = "/tmp";
    other.parent = 6;
    EXPECT_FALSE(memory_.is_kin(victim, other));
}

TEST_F(KinMemoryTest, EitherTheParentOrTheDirectoryIsEnough) {
    process_info released = next;
    released.directory = "/srv/releases/2";
    EXPECT_TRUE(memory_.is_kin(victim, released));

    process_info adopted = next;
    adopted.parent = 1;
    EXPECT_TRUE(memory_.is_kin(victim, adopted));

    process_info orphan = seen;
    orphan.parent = 1;
    memory_.note_act(victim, orphan);
    adopted.directory = "/tmp";
    EXPECT_FALSE(memory_.is_kin(victim, adopted)) << "PID 1 is everybody's parent";
}

TEST_F(KinMemoryTest, KnowsNobodyWhereProgramOrPlaceCouldNotBeSeen) {
    process_info hidden = seen;
    hidden.executable.clear();
    memory_.note_act(victim, hidden);
    process_info candidate = next;
    candidate.executable.clear();

    EXPECT_FALSE(memory_.is_kin(victim, candidate));
}

TEST_F(KinMemoryTest, KnowsNobodyWhereNobodyWasListed) {
    kin_memory memory;
    memory.note_act(victim, seen);

    EXPECT_FALSE(memory.is_kin(victim, next));
}

TEST_F(KinMemoryTest, KnowsNothingOfAnActThatItDidNotSee) {
    EXPECT_FALSE(memory_.is_kin({.pid = 11, .start_ticks = 1, .boot_id = "b"}, next));
}

}  // namespace mayhem::drivers
