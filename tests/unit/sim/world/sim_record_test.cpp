// Proves that the record of a simulated life keeps what it acknowledged, and that a dead life writes nothing more: the
// real store on the simulated disk, killed before, in and after its calls, and read by another process.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/world/record_of_life.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using stores::test::message_number;
using test::call_end;
using test::is_on_disk;
using test::record_of_life;
using test::small_scene;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SimRecordTest, WhatWasAcknowledgedIsThereAfterAKillAndAfterALossOfPower) {
    for (const bool is_power_cut : {false, true}) {
        small_scene s;
        message_origins origins(s.parts);
        record_of_life first(s, origins, 1);
        ASSERT_TRUE(first.open());
        for (std::uint64_t n = 1; n <= 5; ++n) {
            ASSERT_EQ(first.enter(message_number(n)), call_end::done);
        }
        ASSERT_EQ(first.end_attempt(message_number(5), stores::test::recovered()), call_end::done);

        if (is_power_cut) {
            s.disk.power_cut();
        }
        first.kill();
        first.bury();
        record_of_life second(s, origins, 2);
        ASSERT_TRUE(second.open());
        for (std::uint64_t n = 1; n <= 5; ++n) {
            EXPECT_TRUE(is_on_disk(s, message_number(n))) << n;
        }
        {
            const record_rows rows(s.parts, test::record_path);
            rows.tell_all();
        }
        second.kill();
        second.bury();

        EXPECT_EQ(second.life.number(), 2U);
        EXPECT_THAT(s.events<journalled>(), SizeIs(5)) << "each told once";
        ASSERT_THAT(s.events<recorded_message>(), SizeIs(5));
        EXPECT_EQ(s.events<recorded_message>()[0].state, message_state::journalled);
        EXPECT_EQ(s.events<recorded_message>()[4].state, message_state::acked);
        ASSERT_THAT(s.events<recorded_attempt>(), SizeIs(1));
        EXPECT_EQ(s.events<recorded_attempt>()[0].verdict, core::verdict::recovered);
    }
}

TEST(SimRecordTest, WhatCameOfAnActIsPutOnRecordInAWeakMomentIfTheTargetStillStands) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    std::vector<bool> was_on_record;
    constexpr dice::outcome yes{.comes_about = true, .severity = 0, .choice = 0};
    call_end recording = call_end::none;
    while (!s.ambush.waits(fault::failing_disk, yes, [&](const std::string& /*target*/) {
        was_on_record.push_back(recording == call_end::done);
    })) {
    }

    ASSERT_EQ(l.end_attempt(message_number(1), stores::test::recovered()), call_end::done);
    const auto of_one_that_is_gone = was_on_record;
    core::outcome o = stores::test::recovered();
    o.verdict = core::verdict::not_recovered;
    l.begin_record(message_number(2), o, &recording);
    s.loop.run_for(1s);
    l.kill();
    l.bury();

    EXPECT_THAT(of_one_that_is_gone, IsEmpty());
    EXPECT_EQ(was_on_record, (std::vector{false}));
    EXPECT_EQ(recording, call_end::done);
}

TEST(SimRecordTest, TheNextLifeFindsWhatTheOneBeforeLeft) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life first(s, origins, 1);
    ASSERT_TRUE(first.open());
    const auto found_first = first.record->at_the_start();
    first.kill();
    first.bury();

    record_of_life second(s, origins, 2);
    ASSERT_TRUE(second.open());
    const auto found_then = second.record->at_the_start();
    second.kill();
    second.bury();

    EXPECT_EQ(found_first.life, 1U);
    EXPECT_EQ(found_then.life, 2U);
    EXPECT_EQ(found_first.seed, 42U);
    EXPECT_EQ(found_then.seed, 42U);
}

TEST(SimRecordTest, APendingCallOfAKilledProcessFailsAndNothingMoreIsWritten) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    call_end pending = call_end::none;
    l.begin_enter(message_number(1), &pending);
    s.loop.run_for(1ns);
    ASSERT_EQ(pending, call_end::none);

    l.kill();
    const call_end after = l.enter(message_number(2));
    l.bury();

    EXPECT_EQ(pending, call_end::failed);
    EXPECT_EQ(after, call_end::failed);
    EXPECT_FALSE(is_on_disk(s, message_number(1)));
    EXPECT_FALSE(is_on_disk(s, message_number(2)));
    EXPECT_THAT(s.events<journalled>(), IsEmpty());
}

TEST(SimRecordTest, ADeadLifeChangesNoByteOfTheDisk) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    ASSERT_EQ(l.enter(message_number(1)), call_end::done);
    const auto bytes = [&s] {
        std::vector<std::pair<std::string, mayhem::sim::bytes>> all;
        for (const std::string& path : s.disk.paths()) {
            all.emplace_back(path, *s.disk.find(path));
        }
        return all;
    };

    l.life.die();
    const auto before = bytes();
    (void)l.enter(message_number(2));
    (void)l.end_attempt(message_number(1), stores::test::recovered());
    l.bury();

    EXPECT_EQ(bytes(), before);
}

TEST(SimRecordTest, ALifeThatIsKilledWhileItOpensHasNoRecord) {
    int opened = 0;
    int killed = 0;
    for (std::uint64_t call = 1; killed == 0 || opened == 0; call += 7) {
        ASSERT_LT(call, 2'000U);
        small_scene s;
        message_origins origins(s.parts);
        record_of_life l(s, origins);
        l.life.disk().die_at(call);

        const bool is_open = l.open();

        EXPECT_EQ(is_open, l.life.is_alive());
        opened += is_open ? 1 : 0;
        killed += is_open ? 0 : 1;
        l.kill();
        l.bury();
    }
}

}  // namespace
}  // namespace mayhem::sim
