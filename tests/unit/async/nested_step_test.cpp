// Proves that a step runs to its end before another one begins, also where an operation completes in the middle of it:
// what is dispatched then runs after the step. With operations that complete from within a cancellation, or one
// another.
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "support/journal.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;
using testing::IsEmpty;

/// An operation of a user's own. It completes by `asio::dispatch`, for all who wait: when it is asked to, and when one
/// of them is cancelled.
class baton {
public:
    template <typename Token>
    auto async_wait(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                auto shared = std::make_shared<decltype(handler)>(std::move(handler));
                auto slot = asio::get_associated_cancellation_slot(*shared);
                waiting_.push_back([shared](asio::error_code ec) {
                    asio::dispatch(asio::get_associated_executor(*shared), [shared, ec] { (*shared)(ec); });
                });
                slot.assign([this](asio::cancellation_type) { complete(asio::error::operation_aborted); });
            },
            token);
    }

    void complete(asio::error_code ec) {
        for (const auto& tell : std::exchange(waiting_, {})) {
            tell(ec);
        }
    }

private:
    std::vector<std::function<void(asio::error_code)>> waiting_;
};

awaitable<void> wait_for(baton& b, journal& lines) {
    const frame here;
    co_await b.async_wait(use_awaitable);
    lines.write("goes on");
}

TEST(NestedStepTest, ACancellationThatCompletesAnotherOperationReturnsAndFailsNobody) {
    baton b;
    journal lines;
    virtual_loop t;
    task_group waiting{t.loop, "waiting", {}};
    waiting.spawn("first", wait_for(b, lines));
    waiting.spawn("second", wait_for(b, lines));

    t.run([](task_group& group) -> awaitable<void> {
        const frame here;
        co_await sleep_for(1ms);
        group.cancel();
    }(waiting));

    EXPECT_EQ(waiting.failures(), 0U) << "both were cancelled";
    EXPECT_THAT(lines.lines(), IsEmpty());
}

TEST(NestedStepTest, WhatIsCompletedInAStepGoesOnAfterIt) {
    baton b;
    journal lines;
    virtual_loop t;
    t.spawn(wait_for(b, lines));

    t.run([](baton& passed, journal& out) -> awaitable<void> {
        const frame here;
        co_await sleep_for(1ms);
        out.write("completes");
        passed.complete({});
        out.write("has completed");
    }(b, lines));

    EXPECT_THAT(lines.lines(), ElementsAre("completes", "has completed", "goes on"));
}

TEST(NestedStepTest, WhatIsDispatchedInAStepRunsAfterIt) {
    journal lines;
    virtual_loop t;

    t.run([](journal& out) -> awaitable<void> {
        const frame here;
        asio::dispatch(this_loop().get_executor(), [&out] { out.write("dispatched"); });
        out.write("step");
        co_await yield();
        out.write("next step");
    }(lines));

    EXPECT_THAT(lines.lines(), ElementsAre("step", "dispatched", "next step"));
}

}  // namespace
}  // namespace mayhem::async
