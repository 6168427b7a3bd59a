// Proves on virtual time how a message is handled whose act lasts: what ends it early, that nobody waits for it, and
// that its recovery counts from its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/handling/message_handler.hpp"
#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(LastingActTest, AHaltEndsAnActThatLastsAndTheRecordSaysSoThoughItRecovers) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;
    f.at(20s, [&](service&) { (void)f.halt.halt({.door = halt_door::command, .who = "alice", .why = "the disk"}); });

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended recovered acked");
    EXPECT_LE(f.seen.of(step_kind::fault_ended).front().at, 21s);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().recovery, 0ms) << "from its end";
    EXPECT_THAT(f.store.outcomes().front().error,
                testing::HasSubstr("its freeze was ended after 20 s of 1 h: Mayhem was halted by alice: the disk"));
    EXPECT_THAT(f.driver.thing.calls, testing::ElementsAre("freeze", "thaw"));
}

TEST(LastingActTest, WhoWaitsForTheEndOfWhatIsHandledDoesNotWaitForAnActThatLasts) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;
    f.at(20s, [](service& s) { s.stop_accepting(); });

    f.run();

    EXPECT_LE(f.seen.of(step_kind::acked).front().at, 21s);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_THAT(f.store.outcomes().front().error,
                testing::HasSubstr("Mayhem takes no new work: it reloads its config, or is drained"));
    EXPECT_FALSE(f.driver.thing.is_frozen);
}

TEST(LastingActTest, IsRecoveredFromItsEndAndIsOneRestartOnRecord) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 30s;
    f.group.settings.recovery_timeout = 5s;  // less than it stands

    f.run();

    EXPECT_EQ(f.seen.story(), "pulled fault_begun saved fault_ended recovered acked");
    EXPECT_EQ(f.seen.of(step_kind::fault_ended).front().at, 30s);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes().front().verdict, core::verdict::recovered);
    EXPECT_EQ(f.store.outcomes().front().recovery, 0ms);
    EXPECT_TRUE(f.notes.notes.empty());
}

TEST(LastingActTest, AShutdownEndsItAndTheRecordSaysSo) {
    test::flow f;
    f.give("a");
    f.driver.lasts_for.length = 1h;

    f.run(20s);

    EXPECT_THAT(f.driver.thing.calls, testing::ElementsAre("freeze", "thaw"));
    EXPECT_TRUE(f.notes.notes.empty());
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_THAT(f.store.outcomes().front().error, testing::HasSubstr("its freeze was ended after 20 s of 1 h: "));
    EXPECT_EQ(f.nacked, 0U);
}

}  // namespace
}  // namespace mayhem::pipeline
