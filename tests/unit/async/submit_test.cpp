// Proves that work handed in by another thread starts on the loop at once and that its value, its exception, its
// cancellation or its refusal arrives in the future. With a loop that runs on a thread of its own, or is run after the
// submission.

#include "mayhem/async/submit.hpp"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

awaitable<void> keep_alive(event& release) {
    const frame here;
    co_await release.wait();
}

/// A loop on the real clock with a thread of its own, kept busy by a task that waits.
class live_loop {
public:
    explicit live_loop(std::size_t limit = task_group::default_limit) : group_(loop_, "submitted", {}, limit) {
        keeper_.spawn("keep_alive", keep_alive(release_));
        std::promise<void> running;
        loop_.post([&running] { running.set_value(); });
        thread_ = std::thread([this] { loop_.run(); });
        running.get_future().wait();
    }
    ~live_loop() {
        loop_.post([this] {
            group_.cancel();
            release_.set();
        });
        thread_.join();
        loop_.run();  // takes the loop back, for the groups' destructors
    }
    live_loop(const live_loop&) = delete;
    live_loop& operator=(const live_loop&) = delete;

    [[nodiscard]] task_group& group() noexcept { return group_; }
    [[nodiscard]] std::thread::id thread() const noexcept { return thread_.get_id(); }

private:
    real_clock clock_;
    loop loop_{clock_};
    event release_;
    task_group keeper_{loop_, "keeper", {}};
    task_group group_;
    std::thread thread_;
};

awaitable<std::thread::id> where_am_i() {
    const frame here;
    co_await yield();
    co_return std::this_thread::get_id();
}

awaitable<void> fail() {
    const frame here;
    co_await yield();
    throw std::runtime_error("no");
}

awaitable<int> wait_for_ever() {
    const frame here;
    event never;
    co_await never.wait();
    co_return 0;
}

TEST(SubmitTest, StartsAtOnceOnTheLoopsThreadAndReturnsTheValue) {
    live_loop t;

    std::future<std::thread::id> result = submit(t.group(), "where", &where_am_i);

    EXPECT_EQ(result.get(), t.thread()) << "an idle loop was woken: nothing else would have";
}

TEST(SubmitTest, TheFutureThrowsWhatTheCoroutineThrows) {
    live_loop t;

    std::future<void> result = submit(t.group(), "fail", &fail);

    EXPECT_THROW(result.get(), std::runtime_error);
    EXPECT_EQ(t.group().failures(), 0U) << "it was told already, to the one who asked";
}

TEST(SubmitTest, AFullGroupRefusesThroughTheFuture) {
    live_loop t{1};

    std::future<int> first = submit(t.group(), "wait", &wait_for_ever);
    std::future<std::thread::id> second = submit(t.group(), "where", &where_am_i);

    EXPECT_THROW((void)second.get(), std::length_error);
}

TEST(SubmitTest, ACancelledTaskEndsTheFutureWithOperationAborted) {
    std::future<int> result;
    {
        live_loop t;
        result = submit(t.group(), "wait", &wait_for_ever);
        submit(t.group(), "where", &where_am_i).wait();
    }

    try {
        (void)result.get();
        ADD_FAILURE() << "the wait ended by itself";
    } catch (const asio::system_error& e) {
        EXPECT_EQ(e.code(), asio::error::operation_aborted);
    }
}

awaitable<int> cancel_own_group(task_group& group) {
    const frame here;
    group.cancel();
    co_return 1;
}

awaitable<void> yield_until_ready(std::future<int>& result) {
    const frame here;
    while (result.wait_for(0s) != std::future_status::ready) {
        co_await yield();
    }
}

TEST(SubmitTest, ATaskCancelledBeforeItsFirstStepEndsTheFutureInTheSameWay) {
    virtual_loop t;
    task_group submitted{t.loop, "submitted", {}};
    std::future<int> first = submit(submitted, "cancel", [&submitted] { return cancel_own_group(submitted); });
    std::future<int> second = submit(submitted, "wait", &wait_for_ever);

    t.run(yield_until_ready(second));

    EXPECT_EQ(first.get(), 1);
    try {
        (void)second.get();
        ADD_FAILURE() << "the wait ended by itself";
    } catch (const asio::system_error& e) {
        EXPECT_EQ(e.code(), asio::error::operation_aborted);
    }
}

TEST(SubmitTest, ManyThreadsMaySubmitAtOnce) {
    std::atomic<int> right = 0;
    live_loop t;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 50; ++n) {
                    right += submit(t.group(), "where", &where_am_i).get() == t.thread() ? 1 : 0;
                }
            });
        }
    }

    EXPECT_EQ(right, 200);
}

TEST(SubmitTest, IsWaitedForWhenNoTaskIsLeft) {
    virtual_clock clock;
    loop l{clock};
    task_group group{l, "submitted", {}};

    std::future<std::thread::id> where;
    std::thread([&] { where = submit(group, "where", [] { return where_am_i(); }); }).join();
    l.run();

    ASSERT_EQ(where.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(where.get(), std::this_thread::get_id());
}

}  // namespace
}  // namespace mayhem::async
