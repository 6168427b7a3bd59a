// Proves that the breadcrumbs give a traceback: which frames an exception left, innermost first, across gather,
// timeouts and shields, and none that it did not pass. With tasks that fail at a known depth.

#include "mayhem/async/frame.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::HasSubstr;

awaitable<int> fail(std::string what) {
    const frame here;
    co_await sleep_for(1s);
    throw std::runtime_error(what);
}

awaitable<void> recover_then_fail() {
    const frame here;
    bool has_failed = false;
    try {
        (void)co_await fail("first");
    } catch (const std::runtime_error&) {
        has_failed = true;
    }
    EXPECT_TRUE(has_failed);
    (void)co_await fail("second");
}

awaitable<void> fail_in_gather() {
    const frame here;
    auto [failed, other] = co_await gather_settled(fail("in gather"), sleep_for(5s));
    failed.rethrow_if_failed();
}

awaitable<void> fail_in_timeout() {
    const frame here;
    (void)co_await with_timeout(fail("in timeout"), 5s);
}

awaitable<void> fail_in_shield() {
    const frame here;
    (void)co_await shield(fail("in shield"), 5s);
}

std::vector<std::string> traceback_of(const virtual_loop&, const task_failure& f) {
    std::vector<std::string> functions;
    for (const std::source_location& at : f.traceback) {
        functions.emplace_back(at.function_name());
    }
    return functions;
}

std::vector<std::string> run_and_trace(awaitable<void> body) {
    virtual_loop t;
    t.run(std::move(body));
    const auto failures = t.take_failures();
    EXPECT_EQ(failures.size(), 1U);
    return failures.empty() ? std::vector<std::string>{} : traceback_of(t, failures.front());
}

TEST(FrameTest, AnExceptionThatWasHandledLeavesNoTraceInTheNext) {
    const auto trace = run_and_trace(recover_then_fail());

    ASSERT_EQ(trace.size(), 2U);
    EXPECT_THAT(trace[0], HasSubstr("fail("));
    EXPECT_THAT(trace[1], HasSubstr("recover_then_fail"));
}

TEST(FrameTest, TheTracebackGoesThroughATimeout) {
    const auto trace = run_and_trace(fail_in_timeout());

    ASSERT_GE(trace.size(), 2U);
    EXPECT_THAT(trace.front(), HasSubstr("fail("));
    EXPECT_THAT(trace.back(), HasSubstr("fail_in_timeout"));
}

TEST(FrameTest, TheTracebackGoesThroughAShield) {
    const auto trace = run_and_trace(fail_in_shield());

    ASSERT_GE(trace.size(), 2U);
    EXPECT_THAT(trace.front(), HasSubstr("fail("));
    EXPECT_THAT(trace.back(), HasSubstr("fail_in_shield"));
}

TEST(FrameTest, AnErrorTakenFromAGatherIsTracedToWhereItWasRethrown) {
    const auto trace = run_and_trace(fail_in_gather());

    ASSERT_FALSE(trace.empty());
    EXPECT_THAT(trace.back(), HasSubstr("fail_in_gather"));
}

awaitable<void> end_well() {
    const frame here;
    co_await yield();
}

awaitable<void> fail_after_one_that_ended_well() {
    const frame here;
    co_await end_well();
    throw std::runtime_error("trouble");
}

/// Runs a loop in its destructor, perhaps while an exception is on its way.
struct runs_at_the_end {
    std::vector<std::string>* trace;
    ~runs_at_the_end() { *trace = run_and_trace(fail_after_one_that_ended_well()); }
};

TEST(FrameTest, AnExceptionFromOutsideOfTheLoopLeavesNoTrace) {
    std::vector<std::string> trace;
    try {
        const runs_at_the_end last{&trace};
        throw std::logic_error("on its way while the loop runs");
    } catch (const std::logic_error&) {
    }

    ASSERT_EQ(trace.size(), 1U) << "the coroutine that ended well is not among them";
    EXPECT_THAT(trace[0], HasSubstr("fail_after_one_that_ended_well"));
}

TEST(FrameTest, KnowsItsPlaceAndItsCaller) {
    const frame outer;
    const frame inner;

    EXPECT_EQ(outer.at().line() + 1, inner.at().line());
    EXPECT_EQ(inner.caller(), nullptr) << "outside of a task there is no stack";
}

}  // namespace
}  // namespace mayhem::async
