// Proves that an operation counts as expired only if the timer really won, that it has ended when the caller goes on,
// and that nothing it took is lost. On virtual time, with operations that end before, at and after the limit.

#include "mayhem/async/with_timeout.hpp"

#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

awaitable<int> answer_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    co_return 42;
}

awaitable<int> fail_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    throw std::runtime_error("its own");
}

/// Completes in spite of being cancelled.
awaitable<int> answer_when_cancelled(event& never) {
    const frame here;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
        co_return 7;
    }
    co_return 0;
}

awaitable<int> fail_when_cancelled(event& never) {
    const frame here;
    try {
        co_await never.wait();
    } catch (const asio::system_error&) {
        throw std::runtime_error("clean-up failed");
    }
    co_return 0;
}

awaitable<int> abort_by_itself() {
    const frame here;
    co_await yield();
    throw asio::system_error(asio::error::operation_aborted);
}

struct ended_flag {
    explicit ended_flag(bool& b) : ended(b) {}
    ended_flag(const ended_flag&) = delete;
    ended_flag& operator=(const ended_flag&) = delete;
    ~ended_flag() { ended = true; }
    bool& ended;
};

awaitable<void> wait_for_ever(event& never, bool& ended) {
    const frame here;
    const ended_flag on_exit{ended};
    co_await never.wait();
}

using outcome = settled<std::optional<int>>;

TEST(WithTimeoutTest, ReturnsTheValueOfAnOperationThatIsInTime) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(answer_after(1s), 2s), result));

    EXPECT_EQ(*result, 42);
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(WithTimeoutTest, ReturnsNothingWhenTheTimeRanOut) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(answer_after(3s), 2s), result));

    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(*result, std::nullopt);
    EXPECT_EQ(t.elapsed(), 2s);
}

TEST(WithTimeoutTest, TheOperationHasEndedWhenTheTimeRanOut) {
    event never;
    bool ended = false;
    bool ended_before = false;
    virtual_loop t;

    t.run([](event& e, bool& end, bool& before) -> awaitable<void> {
        const auto in_time = co_await with_timeout(wait_for_ever(e, end), 2s);
        EXPECT_FALSE(in_time);
        before = end;
    }(never, ended, ended_before));

    EXPECT_TRUE(ended_before);
}

TEST(WithTimeoutTest, AnOperationThatEndsAtTheVeryMomentIsInTime) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(answer_after(2s), 2s), result));

    EXPECT_EQ(*result, 42);
}

TEST(WithTimeoutTest, AnOperationThatCompletesInSpiteOfTheCancellationIsNotExpired) {
    event never;
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(answer_when_cancelled(never), 2s), result));

    EXPECT_EQ(*result, 7);
}

awaitable<void> send_at(channel<int>& to, clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    int value = 9;
    EXPECT_TRUE(to.try_send(value));
}

TEST(WithTimeoutTest, AMessageReceivedAtTheVeryMomentIsNotLost) {
    for (const bool sender_first : {true, false}) {
        channel<int> queue{1};
        settled<std::optional<std::optional<int>>> result;
        virtual_loop t;

        if (sender_first) {
            t.spawn(send_at(queue, 2s));
        }
        t.spawn(test::note(with_timeout(queue.receive(), 2s), result));
        if (!sender_first) {
            t.spawn(send_at(queue, 2s));
        }
        t.run();

        ASSERT_TRUE(result.has_value());
        const bool received = result->has_value();
        EXPECT_EQ(queue.size(), received ? 0U : 1U) << "in the hand of one of the two, never of none";
    }
}

TEST(WithTimeoutTest, PassesTheOperationsOwnException) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(fail_after(1s), 2s), result));

    EXPECT_EQ(test::message_of(result.error()), "its own");
}

TEST(WithTimeoutTest, PassesAnExceptionThrownInAnswerToTheTimeout) {
    event never;
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(fail_when_cancelled(never), 2s), result));

    EXPECT_EQ(test::message_of(result.error()), "clean-up failed");
}

TEST(WithTimeoutTest, AnOperationThatAbortsByItselfHasNotExpired) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(abort_by_itself(), 2s), result));

    EXPECT_TRUE(test::was_cancelled(result));
}

TEST(WithTimeoutTest, CancellingTheCallerCancelsTheOperationAndWaitsForIt) {
    event never;
    bool ended = false;
    settled<std::optional<std::monostate>> result;
    virtual_loop t;

    t.spawn(test::note(with_timeout(wait_for_ever(never, ended), 1h), result));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(ended);
    EXPECT_TRUE(test::was_cancelled(result));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(WithTimeoutTest, AnOperationThatSwallowsTheCallersCancellationHasItsValueReturned) {
    event never;
    outcome result;
    virtual_loop t;

    t.spawn(test::note(with_timeout(answer_when_cancelled(never), 1h), result));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_EQ(*result, 7);
}

TEST(WithTimeoutTest, NoTimeAtAllGivesTheOperationOneStep) {
    outcome at_once;
    outcome later;
    virtual_loop t;

    t.spawn(test::note(with_timeout(answer_after(1s), 0s), later));
    t.run(test::note(with_timeout([]() -> awaitable<int> { co_return 1; }(), 0s), at_once));

    EXPECT_EQ(*at_once, 1);
    EXPECT_EQ(*later, std::nullopt);
    EXPECT_EQ(t.elapsed(), 0s);
}

TEST(WithTimeoutTest, ForEverIsNotAnOverflow) {
    outcome result;
    virtual_loop t;

    t.run(test::note(with_timeout(answer_after(1h), clock::duration::max()), result));

    EXPECT_EQ(*result, 42);
}

TEST(WithTimeoutTest, TimeoutsNest) {
    outcome inner_wins;
    settled<std::optional<std::optional<int>>> outer_wins;
    virtual_loop t;

    t.spawn(test::note(with_timeout(with_timeout(answer_after(9s), 3s), 1s), outer_wins));
    t.run(test::note(
        []() -> awaitable<std::optional<int>> {
            const auto result = co_await with_timeout(with_timeout(answer_after(9s), 1s), 3s);
            EXPECT_TRUE(result.has_value()) << "only the inner one expired";
            co_return result.value_or(std::nullopt);
        }(),
        inner_wins));

    EXPECT_EQ(*inner_wins, std::nullopt);
    EXPECT_EQ(*outer_wins, std::nullopt);
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(WithTimeoutTest, HandsBackAValueThatCanOnlyBeMoved) {
    settled<std::optional<std::unique_ptr<int>>> result;
    virtual_loop t;

    t.run(test::note(with_timeout(
                         []() -> awaitable<std::unique_ptr<int>> {
                             co_await sleep_for(1s);
                             co_return std::make_unique<int>(5);
                         }(),
                         2s),
                     result));

    EXPECT_EQ(**(*result), 5);
}

struct with_constant {
    const int value;
};

TEST(WithTimeoutTest, TakesAResultThatCannotBeAssigned) {
    int value = 0;
    virtual_loop t;

    t.run([](int& out) -> awaitable<void> {
        const frame here;
        const auto in_time = co_await with_timeout(ready(with_constant{7}), 1s);
        out = in_time ? in_time->value : 0;
    }(value));

    EXPECT_EQ(value, 7);
}

}  // namespace
}  // namespace mayhem::async
