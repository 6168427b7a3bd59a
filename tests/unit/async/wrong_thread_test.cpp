// Proves that using the loop's things from another thread is an error which names both threads, and that in debug mode
// a failure tells the stack that spawned its task. A second thread tries what is forbidden while the loop stands still.

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <pthread.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::AllOf;
using testing::HasSubstr;

/// What the error says when `forbidden` is tried on a thread named "intruder"; empty if there is none.
template <typename Function>
std::string try_elsewhere(Function forbidden) {
    std::string text;
    std::thread([&] {
        (void)pthread_setname_np(pthread_self(), "intruder");  // without it the test fails
        try {
            forbidden();
        } catch (const wrong_thread& e) {
            text = e.what();
        }
    }).join();
    return text;
}

std::string own_name() {
    char name[16] = {};
    (void)pthread_getname_np(pthread_self(), name, sizeof name);  // an empty name fails the test
    return name;
}

awaitable<void> nothing() {
    const frame here;
    co_return;
}

awaitable<void> wait_for(event& e) {
    const frame here;
    co_await e.wait();
}

awaitable<void> receive_from(channel<int>& c) {
    const frame here;
    (void)co_await c.receive();
}

TEST(WrongThreadTest, SpawningIsAnErrorThatNamesBothThreadsAndTheRemedy) {
    virtual_loop t;

    const std::string text = try_elsewhere([&] { t.group.spawn("task", nothing()); });

    EXPECT_EQ(text, "task_group::spawn was called from thread 'intruder', but the loop runs on thread '" + own_name() +
                        "': use loop::post or submit()");
    EXPECT_TRUE(t.group.empty());
}

TEST(WrongThreadTest, CancellingIsAnError) {
    virtual_loop t;

    EXPECT_THAT(try_elsewhere([&] { t.group.cancel(); }), HasSubstr("task_group::cancel was called"));
    EXPECT_THAT(try_elsewhere([&] { t.group.cancel_hard(); }), HasSubstr("task_group::cancel_hard was called"));
}

TEST(WrongThreadTest, LookingAtTheTasksIsAnError) {
    virtual_loop t;

    EXPECT_THAT(try_elsewhere([&] { (void)tasks(t.loop); }), HasSubstr("tasks() was called from thread 'intruder'"));
}

TEST(WrongThreadTest, SettingAnEventThatSomebodyWaitsForIsAnErrorAndSetsNothing) {
    event e;
    virtual_loop t;

    t.spawn(wait_for(e));
    t.run_for(1s);
    const std::string text = try_elsewhere([&] { e.set(); });

    EXPECT_THAT(text, AllOf(HasSubstr("event::set was called from thread 'intruder'"), HasSubstr(own_name())));
    EXPECT_FALSE(e.is_set());
    t.group.cancel();
    t.run();
}

TEST(WrongThreadTest, SendingToAReceiverThatWaitsIsAnErrorAndLosesNothing) {
    channel<int> c{1};
    virtual_loop t;
    int value = 3;

    t.spawn(receive_from(c));
    t.run_for(1s);
    const std::string text = try_elsewhere([&] { (void)c.try_send(value); });

    EXPECT_THAT(text, HasSubstr("channel::send was called from thread 'intruder'"));
    t.group.cancel();
    t.run();
    EXPECT_EQ(c.size(), 0U);
}

awaitable<void> send_to(channel<int>& c, int value) {
    const frame here;
    (void)co_await c.send(value);
}

TEST(WrongThreadTest, ClosingAChannelOnWhichSomebodyWaitsIsAnErrorAndClosesNothing) {
    channel<int> empty{1};
    channel<int> full{1};
    virtual_loop t;

    t.spawn(receive_from(empty));
    t.spawn(send_to(full, 1));
    t.spawn(send_to(full, 2));
    t.run_for(1s);

    EXPECT_THAT(try_elsewhere([&] { empty.close(); }), HasSubstr("channel::close was called from thread 'intruder'"));
    EXPECT_THAT(try_elsewhere([&] { full.close(); }), HasSubstr("channel::close was called from thread 'intruder'"));
    EXPECT_FALSE(empty.is_closed());
    EXPECT_FALSE(full.is_closed());
    t.group.cancel();
    t.run();
}

TEST(WrongThreadTest, SettingALoopUpIsAnError) {
    virtual_loop t;

    EXPECT_THAT(try_elsewhere([&] { t.loop.set_debug(true); }), HasSubstr("loop::set_debug was called"));
    EXPECT_THAT(try_elsewhere([&] { t.loop.set_scheduler(nullptr); }), HasSubstr("loop::set_scheduler was called"));
    EXPECT_THAT(try_elsewhere([&] { t.loop.update_time(); }), HasSubstr("loop::update_time was called"));
    EXPECT_THAT(try_elsewhere([&] { const loop::external_work w{t.loop}; }),
                HasSubstr("loop::external_work was called"));
    EXPECT_FALSE(t.loop.is_debug());
}

TEST(WrongThreadTest, RunningALoopThatAnotherThreadRunsIsAnError) {
    std::string text;
    virtual_loop t;

    t.run([](std::string& into) -> awaitable<void> {
        const frame here;
        loop& l = this_loop();
        std::thread([&] {
            try {
                l.run();
            } catch (const std::logic_error& e) {
                into = e.what();
            }
        }).join();
        co_return;
    }(text));

    EXPECT_THAT(text, AllOf(HasSubstr("loop::run was called"), HasSubstr(own_name())));
    EXPECT_TRUE(t.loop.is_own_thread());
}

TEST(WrongThreadTest, ALoopThatChangesItsThreadCanBeAskedMeanwhile) {
    virtual_loop t;
    std::atomic<bool> is_over = false;
    std::thread asking([&] {
        while (!is_over) {
            try {
                t.loop.check_thread("this");
            } catch (const wrong_thread& e) {
                EXPECT_THAT(e.what(), HasSubstr("but the loop runs on thread '"));
            }
        }
    });

    for (int i = 0; i < 100; ++i) {
        std::thread([&] { t.loop.run(); }).join();
    }
    is_over = true;
    asking.join();
    t.run();
}

TEST(WrongThreadTest, PostIsTheEntryForOthers) {
    event e;
    virtual_loop t;

    t.spawn(wait_for(e));
    EXPECT_EQ(try_elsewhere([&] { t.loop.post([&e] { e.set(); }); }), "");
    t.run();

    EXPECT_TRUE(e.is_set());
}

awaitable<void> fail() {
    const frame here;
    co_await yield();
    throw std::runtime_error("no");
}

awaitable<void> spawn_failing(task_group& group) {
    const frame here;
    group.spawn("fail", fail());
    co_return;
}

awaitable<void> call_spawn_failing(task_group& group) {
    const frame here;
    co_await spawn_failing(group);
}

TEST(DebugModeTest, AFailureTellsTheStackThatSpawnedItsTask) {
    virtual_loop t;
    t.loop.set_debug(true);

    t.run(call_spawn_failing(t.group));

    const auto failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    ASSERT_EQ(failures[0].created_by.size(), 2U);
    EXPECT_THAT(failures[0].created_by[0].function_name(), HasSubstr("spawn_failing"));
    EXPECT_THAT(failures[0].created_by[1].function_name(), HasSubstr("call_spawn_failing"));
    EXPECT_THAT(failures[0].describe(), HasSubstr("called from"));
}

TEST(DebugModeTest, IsOffUntilItIsAskedFor) {
    virtual_loop t;

    t.run(call_spawn_failing(t.group));

    EXPECT_FALSE(t.loop.is_debug());
    EXPECT_TRUE(t.take_failures().front().created_by.empty());
}

}  // namespace
}  // namespace mayhem::async
