// Proves that an operation can ask how long it has, whoever around it wrote the limit. On virtual time.

#include "mayhem/async/deadline.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

awaitable<clock::duration> ask() {
    const frame here;
    co_return time_left();
}

awaitable<clock::duration> ask_after(clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    co_return time_left();
}

awaitable<void> expect_none() {
    const frame here;
    EXPECT_EQ(time_left(), clock::duration::max());
    EXPECT_EQ(deadline(), clock::time_point::max());
    co_return;
}

TEST(DeadlineTest, WithoutALimitThereIsNone) {
    virtual_loop t;

    t.run(expect_none());
}

awaitable<void> ask_inside() {
    const frame here;
    const auto at_once = co_await with_timeout(ask(), 3s);
    EXPECT_EQ(*at_once, 3s);
    const auto later = co_await with_timeout(ask_after(1s), 3s);
    EXPECT_EQ(*later, 2s);
    const auto tighter = co_await with_timeout(with_timeout(ask(), 1s), 3s);
    EXPECT_EQ(**tighter, 1s);
    const auto looser = co_await with_timeout(with_timeout(ask(), 5s), 3s);
    EXPECT_EQ(**looser, 3s);
    const clock::duration afterwards = co_await ask();
    EXPECT_EQ(afterwards, clock::duration::max());
}

TEST(DeadlineTest, TheEarliestLimitAroundItCounts) {
    virtual_loop t;

    t.run(ask_inside());
}

awaitable<void> note_time_left(clock::duration& left) {
    const frame here;
    left = time_left();
    co_return;
}

awaitable<void> gather_and_group(clock::duration& of_task) {
    const frame here;
    const auto [first, last] = co_await gather_settled(ask(), ask());
    EXPECT_EQ(*first, 3s);
    EXPECT_EQ(*last, 3s);
    const auto body = [&of_task](task_group& g) {
        g.spawn("note", note_time_left(of_task));
        return g.join();
    };
    (void)co_await settle(with_group("inner", body));
}

awaitable<void> inherit(clock::duration& of_task) {
    const frame here;
    (void)co_await with_timeout(gather_and_group(of_task), 3s);
}

TEST(DeadlineTest, WhatRunsBesideAndTasksOfItsGroupInheritIt) {
    clock::duration of_task{};
    virtual_loop t;

    t.run(inherit(of_task));

    EXPECT_EQ(of_task, 3s);
}

awaitable<void> hold_back() {
    const frame here;
    const clock::duration in_shield = co_await shield(ask(), 5s);
    EXPECT_EQ(in_shield, 8s) << "three seconds, and what the shield gives from then on";
    co_await begin_cleanup();
    EXPECT_EQ(time_left(), clock::duration::max()) << "no limit ends a clean-up";
}

awaitable<void> hold_back_in_time() {
    const frame here;
    (void)co_await with_timeout(hold_back(), 3s);
}

TEST(DeadlineTest, AShieldAddsItsLimitAndACleanUpHasNone) {
    virtual_loop t;

    t.run(hold_back_in_time());
}

awaitable<void> outlast(clock::duration& left) {
    const frame here;
    const settled<void> slept = co_await settle(sleep_for(1h));
    EXPECT_TRUE(is_cancellation(slept.error()));
    left = time_left();
}

awaitable<void> expire(clock::duration& left) {
    const frame here;
    const auto in_time = co_await with_timeout(outlast(left), 3s);
    EXPECT_TRUE(in_time) << "it completed in spite of it";
}

TEST(DeadlineTest, WhenItHasComeNothingIsLeft) {
    clock::duration left = 1h;
    virtual_loop t;

    t.run(expire(left));

    EXPECT_EQ(left, 0s);
}

}  // namespace
}  // namespace mayhem::async
