// Proves that a wait ends when its descriptor is ready and not before, also where Asio takes the event of one that was
// just closed for its own.
#include "system/wait_ready.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/fork_support.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::system {
namespace {

using namespace std::chrono_literals;

descriptor open_descriptor(int fd) {
    descriptor d(async::this_loop().get_executor());
    d.assign(::dup(fd));
    return d;
}

/// What was reported of a closed descriptor, and not looked at yet, meets the one that is opened next: with some number
/// of steps between them, because the reactor looks between two turns.
async::awaitable<int> waits_that_ended_early(const pipe_ends& ready, const pipe_ends& silent) {
    const async::frame here;
    int early = 0;
    for (int steps = 0; steps < 300; ++steps) {
        descriptor reported = open_descriptor(ready.read.get());
        for (int i = 0; i < steps; ++i) {
            co_await async::yield();
        }
        reported.close();
        descriptor quiet = open_descriptor(silent.read.get());
        early += co_await async::with_timeout(wait_ready(quiet, descriptor::wait_read), 1ms) ? 1 : 0;
    }
    co_return early;
}

async::awaitable<bool> ends(const pipe_ends& p, descriptor::wait_type what) {
    const async::frame here;
    descriptor d = open_descriptor(what == descriptor::wait_read ? p.read.get() : p.write.get());
    co_return (co_await async::with_timeout(wait_ready(d, what), 30s)).has_value();
}

class WaitReadyTest : public ::testing::Test {
protected:
    async::real_clock clock_;
    async::loop loop_{clock_};
    const pipe_ends ready_ = make_pipe();
    const pipe_ends silent_ = make_pipe();
};

TEST_F(WaitReadyTest, EndsWhenThereIsSomethingToReadOrRoomToWrite) {
    ASSERT_EQ(::write(ready_.write.get(), "x", 1), 1);

    EXPECT_TRUE(drivers::run_task(loop_, ends(ready_, descriptor::wait_read)));
    EXPECT_TRUE(drivers::run_task(loop_, ends(ready_, descriptor::wait_write)));
}

TEST_F(WaitReadyTest, IsNotEndedByWhatWasReportedOfAnother) {
    ASSERT_EQ(::write(ready_.write.get(), "x", 1), 1);

    EXPECT_EQ(drivers::run_task(loop_, waits_that_ended_early(ready_, silent_)), 0);
}

}  // namespace
}  // namespace mayhem::system
