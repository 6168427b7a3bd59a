// Proves on virtual time that asking a driver for its targets is bounded, and how its end is told.
#include "pipeline/model/list_targets.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/settled.hpp"
#include "mayhem/core/errors.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

struct fixture {
    test::fake_driver driver;
    async::settled<std::vector<core::target>> listed;
    test::virtual_loop loop;

    std::string list(std::chrono::nanoseconds limit = list_limit) {
        loop.run(test::note(list_targets(driver, limit), listed));
        try {
            listed.rethrow_if_failed();
        } catch (const core::targets_unlisted& e) {
            return e.what();
        }
        return "listed";
    }
};

TEST(ListTargetsTest, ReturnsWhatTheDriverTells) {
    fixture f;

    EXPECT_EQ(f.list(), "listed");
    EXPECT_EQ(f.listed->size(), 1U);
}

TEST(ListTargetsTest, PassesOnWhyTheDriverCannot) {
    fixture f;
    f.driver.list_failures = 1;

    EXPECT_EQ(f.list(), "nobody answers");
}

TEST(ListTargetsTest, WaitsNoLongerThanItsLimit) {
    fixture f;
    f.driver.slow_lists = 1;

    EXPECT_EQ(f.list(), "no answer within 30 s");
    EXPECT_EQ(f.loop.elapsed(), 30s);
}

TEST(ListTargetsTest, SaysThatThereWasNoTimeAtAll) {
    fixture f;
    f.driver.slow_lists = 1;

    EXPECT_EQ(f.list(0s), "no time was left to ask");
}

TEST(ListTargetsTest, ACancellationStaysOne) {
    fixture f;
    f.driver.slow_lists = 1;
    f.loop.spawn(test::note(list_targets(f.driver), f.listed));
    f.loop.run_for(1s);

    f.loop.group.cancel();
    f.loop.run();

    EXPECT_TRUE(test::was_cancelled(f.listed));
}

}  // namespace
}  // namespace mayhem::pipeline
