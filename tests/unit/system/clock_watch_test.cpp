// Proves what can be proved of the watch without setting the clock, which would be everybody's: that it waits and does
// not spin, can be ended and used again, and says why when there is no timer to be had.
#include "system/clock_watch.hpp"

#include <optional>
#include <system_error>

#include <gtest/gtest.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/few_descriptors.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::system {
namespace {

using namespace std::chrono_literals;

class ClockWatchTest : public testing::Test {
protected:
    /// What is told within so long.
    static async::awaitable<std::optional<std::error_code>> told_within(clock_watch& watch,
                                                                        async::clock::duration limit) {
        return async::with_timeout(watch.wait(), limit);
    }

    async::real_clock clock_;
    async::loop loop_{clock_};
};

TEST_F(ClockWatchTest, WaitsWithoutSpinning) {
    clock_watch watch(loop_);

    EXPECT_EQ(drivers::run_task(loop_, told_within(watch, 50ms)), std::nullopt);

    EXPECT_LE(loop_.monitor().turns(), 10U);
}

TEST_F(ClockWatchTest, CanBeEndedAndWaitsAgain) {
    clock_watch watch(loop_);
    clock_watch another(loop_);

    EXPECT_EQ(drivers::run_task(loop_, told_within(watch, 1ms)), std::nullopt);
    EXPECT_EQ(drivers::run_task(loop_, told_within(another, 1ms)), std::nullopt);
    EXPECT_EQ(drivers::run_task(loop_, told_within(watch, 1ms)), std::nullopt);
}

TEST_F(ClockWatchTest, SaysWhyThereIsNone) {
    std::optional<clock_watch> watch;
    {
        const test::few_descriptors none(0);
        watch.emplace(loop_);
    }

    EXPECT_EQ(drivers::run_task(loop_, told_within(*watch, 30s)), std::make_error_code(std::errc::too_many_files_open));
    EXPECT_EQ(drivers::run_task(loop_, told_within(*watch, 30s)), std::make_error_code(std::errc::too_many_files_open));
}

}  // namespace
}  // namespace mayhem::system
