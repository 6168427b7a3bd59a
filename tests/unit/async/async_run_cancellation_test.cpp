// Proves that a cancellation by whoever has the completion token reaches the
// task of async_run, and no other, at any moment: before the start, while it
// waits, when it completes at the same moment, and afterwards.

#include <exception>
#include <utility>

#include <asio/bind_cancellation_slot.hpp>
#include <gtest/gtest.h>

#include "mayhem/async/async_run.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::test_asio {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using test::was_cancelled;

awaitable<int> wait_for(event& done, bool& has_begun) {
    const frame here;
    has_begun = true;
    co_await done.wait();
    co_return 7;
}

/// A coroutine of ours that somebody with a cancellation signal has started.
class AsyncRunCancellationTest : public testing::Test {
protected:
    void start() {
        async_run(t_.group, "victim", wait_for(done_, has_begun_),
                  asio::bind_cancellation_slot(signal_.slot(), [this](std::exception_ptr e, int value) {
                      ++calls_;
                      if (e) {
                          end_.set_error(std::move(e));
                      } else {
                          end_.set_value(value);
                      }
                  }));
        t_.spawn("bystander", sleep_for(2s));
    }
    ~AsyncRunCancellationTest() override {
        EXPECT_EQ(calls_, 1);
        EXPECT_EQ(t_.group.failures(), 0U);
    }

    asio::cancellation_signal signal_;
    event done_;
    bool has_begun_ = false;
    settled<int> end_;
    int calls_ = 0;
    virtual_loop t_;
};

TEST_F(AsyncRunCancellationTest, BeforeItStartsItNeverRuns) {
    start();
    signal_.emit(asio::cancellation_type::terminal);
    t_.run();

    EXPECT_TRUE(was_cancelled(end_));
    EXPECT_FALSE(has_begun_);
    EXPECT_EQ(t_.elapsed(), 2s) << "nobody else was cancelled";
}

TEST_F(AsyncRunCancellationTest, WhileItWaitsItIsCut) {
    start();
    t_.run_for(1s);
    signal_.emit(asio::cancellation_type::terminal);
    t_.run();

    EXPECT_TRUE(was_cancelled(end_));
    EXPECT_TRUE(has_begun_);
    EXPECT_EQ(t_.elapsed(), 2s);
}

TEST_F(AsyncRunCancellationTest, AtTheMomentOfItsCompletionItHasCompleted) {
    start();
    t_.run_for(1s);
    done_.set();
    signal_.emit(asio::cancellation_type::terminal);
    t_.run();

    EXPECT_EQ(*end_, 7);
}

TEST_F(AsyncRunCancellationTest, AfterwardsItIsNothing) {
    start();
    done_.set();
    t_.run();
    signal_.emit(asio::cancellation_type::terminal);

    EXPECT_EQ(*end_, 7);
}

TEST_F(AsyncRunCancellationTest, WhatMustLeaveThingsWholeIsNotFollowed) {
    start();
    t_.run_for(1s);
    signal_.emit(asio::cancellation_type::partial);
    signal_.emit(asio::cancellation_type::total);
    done_.set();
    t_.run();

    EXPECT_EQ(*end_, 7);
}

TEST_F(AsyncRunCancellationTest, CancellingTheGroupIsToldToTheHandler) {
    start();
    t_.group.cancel();
    t_.run();

    EXPECT_TRUE(was_cancelled(end_));
}

}  // namespace
}  // namespace mayhem::async::test_asio
