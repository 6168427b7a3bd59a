// Proves that a jump of the calendar wakes everybody who sleeps until a moment of it, once, and that none is lost that
// comes between somebody's look and the sleep after it. On virtual time; each sleeper writes a line when it goes on.
#include "mayhem/async/wall_jumps.hpp"

#include <gmock/gmock.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;

class WallJumpsTest : public testing::Test {
protected:
    awaitable<void> sleep_and_write(clock::duration d, std::string line) {
        const frame here;
        const std::uint64_t seen = jumps_.count();
        co_await jumps_.sleep_until(this_loop().now() + d, seen);
        lines_.write(line);
    }

    awaitable<void> note_and_write() {
        const frame here;
        co_await sleep_for(1s);
        jumps_.note();
        lines_.write("noted");
    }

    /// Takes the count, is busy for `busy`, and sleeps.
    awaitable<void> look_and_sleep(clock::duration busy) {
        const frame here;
        const std::uint64_t seen = jumps_.count();
        co_await sleep_for(busy);
        co_await jumps_.sleep_until(this_loop().now() + 1h, seen);
    }

    journal lines_;
    wall_jumps jumps_;
    virtual_loop t_;
};

TEST_F(WallJumpsTest, WithoutOneASleepIsASleep) {
    t_.run(sleep_and_write(1h, "slept"));

    EXPECT_THAT(lines_.lines(), ElementsAre("slept"));
    EXPECT_EQ(t_.elapsed(), 1h);
    EXPECT_EQ(jumps_.count(), 0U);
}

TEST_F(WallJumpsTest, OneWakesAllInOrderAfterTheStepThatNotedIt) {
    t_.spawn(sleep_and_write(2h, "first"));
    t_.spawn(sleep_and_write(1h, "second"));
    t_.spawn(sleep_and_write(3h, "third"));
    t_.spawn(note_and_write());

    t_.run();

    EXPECT_THAT(lines_.lines(), ElementsAre("noted", "first", "second", "third"));
    EXPECT_EQ(t_.elapsed(), 1s);
}

TEST_F(WallJumpsTest, OneThatWasNotedBeforeTheSleepBeganEndsItAtOnce) {
    t_.spawn(look_and_sleep(5s));
    t_.spawn(note_and_write());

    t_.run();

    EXPECT_EQ(t_.elapsed(), 5s);
}

TEST_F(WallJumpsTest, OneThatWasSeenEndsNothing) {
    jumps_.note();

    t_.run(look_and_sleep(5s));

    EXPECT_EQ(t_.elapsed(), 1h + 5s);
}

TEST_F(WallJumpsTest, AMomentThatIsPastEndsTheSleepAtOnce) {
    t_.run(sleep_and_write(-1s, "past"));

    EXPECT_EQ(t_.elapsed(), 0s);
}

TEST_F(WallJumpsTest, WhoMustLookByItselfIsWoken) {
    EXPECT_TRUE(jumps_.are_noticed());
    t_.spawn(sleep_and_write(1h, "woken"));
    t_.run_for(1s);

    jumps_.go_unnoticed();
    t_.run();

    EXPECT_FALSE(jumps_.are_noticed());
    EXPECT_THAT(lines_.lines(), ElementsAre("woken"));
    EXPECT_EQ(t_.elapsed(), 1s);
}

TEST_F(WallJumpsTest, ACancelledSleeperIsForgotten) {
    settled<void> outcome;
    t_.spawn(test::note(jumps_.sleep_until(clock::time_point::max(), 0), outcome));
    t_.run_for(1s);

    t_.group.cancel();
    jumps_.note();
    t_.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
}

TEST(WallJumpsDeathTest, MustOutliveItsSleepers) {
    EXPECT_DEATH(
        {
            auto jumps = std::make_unique<wall_jumps>();
            settled<void> outcome;
            virtual_loop t;
            t.spawn(test::note(jumps->sleep_until(clock::time_point::max(), 0), outcome));
            t.run_for(1s);
            jumps.reset();
        },
        "jumps must outlive those who sleep until one");
}

}  // namespace
}  // namespace mayhem::async
