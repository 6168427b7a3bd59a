// Proves, for those behaviours of Lynn Root's talk that the foundation alone can show, that what worked there works
// here and that what went wrong there cannot. F<n> numbers the behaviours (docs/async.md). On virtual time, with the
// talk's own small coroutines.

#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <pthread.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/submit.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;
using testing::HasSubstr;

using message_queue = channel<std::string>;

awaitable<void> publish(message_queue& queue, int count, journal& lines) {
    const frame here;
    for (int i = 1; i <= count; ++i) {
        const std::string name = std::to_string(i);
        std::string message = name;
        if (!co_await queue.send(message)) {
            co_return;
        }
        lines.write("Published " + name);
    }
    queue.close();
}

awaitable<void> work(std::string name, clock::duration d, journal& lines) {
    const frame here;
    co_await sleep_for(d);
    lines.write("Handled " + name);
}

awaitable<void> consume_into_tasks(message_queue& queue, task_group& handlers, journal& lines) {
    const frame here;
    while (std::optional<std::string> message = co_await queue.receive()) {
        lines.write("Pulled " + *message);
        handlers.spawn("handle_message", work(*message, 10s, lines));
    }
}

awaitable<void> consume_and_await(message_queue& queue, journal& lines) {
    const frame here;
    while (std::optional<std::string> message = co_await queue.receive()) {
        lines.write("Pulled " + *message);
        co_await work(*message, 10s, lines);
    }
}

awaitable<void> tick(int times, int& ticks) {
    const frame here;
    for (; ticks < times; ++ticks) {
        co_await sleep_for(1s);
    }
}

awaitable<void> save(journal& lines) {
    const frame here;
    co_await sleep_for(2s);
    lines.write("Saved");
}

awaitable<void> restart_host() {
    const frame here;
    co_await sleep_for(1s);
    throw std::runtime_error("Could not restart cattle-1.example.net");
}

awaitable<void> wait_for(event& e) {
    const frame here;
    co_await e.wait();
}

TEST(TalkTest, F5AFullQueueHoldsBackOnlyThePublisherAndNeverTheLoop) {
    message_queue queue{1};
    journal lines;
    int ticks = 0;
    virtual_loop t;

    t.spawn("publish", publish(queue, 3, lines));
    t.spawn("tick", tick(5, ticks));
    t.run_for(10s);

    EXPECT_EQ(ticks, 5) << "the rest of the service lived on";
    EXPECT_THAT(lines.lines(), ElementsAre("Published 1")) << "the publisher's line comes after its put";
    t.group.cancel();
    t.run();
}

TEST(TalkTest, F6TheConsumerEndsWhenThePublisherHasClosedTheQueue) {
    message_queue queue{10};
    journal lines;
    virtual_loop t;
    task_group handlers{t.loop, "handlers", {}};

    t.spawn("publish", publish(queue, 2, lines));
    t.spawn("consume", consume_into_tasks(queue, handlers, lines));
    t.run();

    EXPECT_THAT(lines.lines(),
                ElementsAre("Published 1", "Published 2", "Pulled 1", "Pulled 2", "Handled 1", "Handled 2"))
        << "no sentinel, and nobody was left waiting";
}

TEST(TalkTest, F7TheConsumerDoesNotWaitForTheWorkOnAMessage) {
    message_queue queue{10};
    journal lines;
    virtual_loop t;
    task_group handlers{t.loop, "handlers", {}};

    t.spawn("publish", publish(queue, 3, lines));
    t.spawn("consume", consume_into_tasks(queue, handlers, lines));
    t.run();

    EXPECT_EQ(t.elapsed(), 10s) << "three messages of 10 s each, side by side";
}

TEST(TalkTest, F8AwaitingTheWorkInTheConsumerSerialisesTheMessages) {
    message_queue queue{10};
    journal lines;
    virtual_loop t;

    t.spawn("publish", publish(queue, 3, lines));
    t.spawn("consume", consume_and_await(queue, lines));
    t.run();

    EXPECT_EQ(t.elapsed(), 30s) << "the wrong form, which virtual time shows at once";
}

awaitable<void> gather_restart_and_save(journal& lines, bool& is_out_of_order) {
    const frame here;
    auto [saved, restarted] = co_await gather_settled(save(lines), restart_host());
    is_out_of_order = !saved.has_value();
    lines.write(test::message_of(restarted.error()));
}

TEST(TalkTest, F18OneFailingDoesNotCancelTheOther) {
    journal lines;
    bool is_out_of_order = true;
    virtual_loop t;

    t.run(gather_restart_and_save(lines, is_out_of_order));

    EXPECT_THAT(lines.lines(), ElementsAre("Saved", "Could not restart cattle-1.example.net"));
    EXPECT_FALSE(is_out_of_order) << "results in argument order, whatever ended first";
}

awaitable<void> extend(event& is_done, int& extensions) {
    const frame here;
    while (!is_done.is_set()) {
        ++extensions;
        (void)co_await with_timeout(is_done.wait(), 2s);
    }
}

awaitable<void> handle_message(journal& lines, event& is_done) {
    const frame here;
    (void)co_await gather_settled(save(lines), restart_host());
    is_done.set();
}

TEST(TalkTest, F20AFailedStepCannotLeaveTheMessageExtendedForEver) {
    journal lines;
    event is_done;
    int extensions = 0;
    virtual_loop t;

    t.spawn("extend", extend(is_done, extensions));
    t.spawn("handle_message", handle_message(lines, is_done));
    t.run();

    EXPECT_TRUE(is_done.is_set()) << "the failure is a value, so what follows it is reached";
    EXPECT_EQ(extensions, 1);
    EXPECT_EQ(t.elapsed(), 2s) << "and extend ends with the work, not up to a period later";
}

TEST(TalkTest, F20ATaskThatNobodyWillEverWakeIsNamed) {
    event is_done;
    virtual_loop t;

    t.spawn("extend", wait_for(is_done));
    try {
        t.run();
        ADD_FAILURE() << "a deadlock went unnoticed";
    } catch (const deadlock& e) {
        EXPECT_THAT(e.what(), HasSubstr("test/extend"));
    }
    t.group.cancel();
    t.run();
}

awaitable<void> shut_down(task_group& service, journal& lines) {
    const frame here;
    lines.write("shut down");
    service.cancel();
    co_await service.join();
    lines.write("complete");
}

TEST(TalkTest, F24SeveralFailuresAtOnceMakeOneShutdown) {
    journal lines;
    event never;
    bool is_ending = false;
    virtual_loop t;
    task_group main{t.loop, "main", {}};
    task_group* service = nullptr;
    task_group tasks{t.loop, "service", [&](const task_failure&) {
                         lines.write("caught");
                         if (!std::exchange(is_ending, true)) {
                             main.spawn("shut_down", shut_down(*service, lines));
                         }
                     }};
    service = &tasks;

    for (int i = 0; i < 3; ++i) {
        tasks.spawn("restart_host", restart_host());
    }
    tasks.spawn("consume", wait_for(never));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("caught", "caught", "caught", "shut down", "complete"));
}

TEST(TalkTest, F25AnExceptionNeverVanishes) {
    journal lines;
    virtual_loop t;
    task_group tasks{t.loop, "service", [&](const task_failure& f) { lines.write(test::message_of(f.error)); }};

    tasks.spawn("restart_host", restart_host());
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("Could not restart cattle-1.example.net"))
        << "nobody awaited the task, nobody asked for its result";
}

TEST(TalkTest, F30JoiningCancelledTasksToleratesTheirCancellation) {
    journal lines;
    event never;
    virtual_loop t;
    task_group service{t.loop, "service", {}};

    for (int i = 0; i < 8; ++i) {
        service.spawn("wait", wait_for(never));
    }
    t.run(shut_down(service, lines));

    EXPECT_THAT(lines.lines(), ElementsAre("shut down", "complete"));
    EXPECT_EQ(service.failures(), 0U);
}

awaitable<void> shielded_save(journal& lines) {
    const frame here;
    co_await shield(save(lines), 10s);
}

TEST(TalkTest, F35AShieldedOperationSurvivesTheShutdownAndIsAwaitedByIt) {
    journal lines;
    virtual_loop t;
    task_group service{t.loop, "service", {}};

    service.spawn("save", shielded_save(lines));
    t.run_for(1s);
    t.run(shut_down(service, lines));

    EXPECT_THAT(lines.lines(), ElementsAre("shut down", "Saved", "complete"));
}

awaitable<void> block(thread_pool& pool, std::shared_future<void> released, journal& lines) {
    const frame here;
    co_await run_blocking(pool, [released] { released.wait(); });
    lines.write("unblocked");
}

awaitable<void> tick_and_release(std::promise<void>& release, journal& lines) {
    const frame here;
    co_await yield();
    co_await yield();
    lines.write("the loop goes on");
    release.set_value();
}

TEST(TalkTest, F36BlockingCodeInAThreadLeavesTheLoopResponsive) {
    std::promise<void> release;
    journal lines;
    thread_pool pool{1, "blocking"};
    virtual_loop t;

    t.spawn("block", block(pool, release.get_future().share(), lines));
    t.spawn("tick", tick_and_release(release, lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("the loop goes on", "unblocked"));
}

awaitable<int> handle_on_loop(message_queue& queue) {
    const frame here;
    std::string message = "from a thread";
    (void)co_await queue.send(message);
    co_return 1;
}

awaitable<void> receive_one(message_queue& queue, journal& lines) {
    const frame here;
    const loop::external_work expected{this_loop()};
    const std::optional<std::string> message = co_await queue.receive();
    lines.write("received " + message.value_or("nothing"));
}

TEST(TalkTest, F37WorkFromAThreadReachesAnIdleLoopAtOnce) {
    message_queue queue{1};
    journal lines;
    virtual_loop t;

    t.spawn("consume", receive_one(queue, lines));
    std::future<int> handled;
    std::thread other([&] { handled = submit(t.group, "handle", [&queue] { return handle_on_loop(queue); }); });
    t.run();  // with nothing else going on: only the submission can wake it
    other.join();

    EXPECT_THAT(lines.lines(), ElementsAre("received from a thread"));
    EXPECT_EQ(handled.get(), 1);
}

TEST(TalkTest, F37AndF38UsingTheLoopFromAThreadIsAnErrorThatNamesBothThreads) {
    event e;
    std::string error;
    virtual_loop t;

    std::thread([&] {
        (void)pthread_setname_np(pthread_self(), "publisher");  // without it the test fails
        try {
            t.group.spawn("handle", wait_for(e));
        } catch (const wrong_thread& w) {
            error = w.what();
        }
    }).join();

    EXPECT_THAT(error, HasSubstr("was called from thread 'publisher', but the loop runs on thread '"));
    EXPECT_TRUE(t.group.empty()) << "refused, not queued until something else wakes the loop";
}

TEST(TalkTest, F40ThreadsAreNamedByPrefix) {
    std::promise<std::string> name;
    thread_pool pool{1, "Mandrill"};

    pool.post([&name] {
        char text[16] = {};
        (void)pthread_getname_np(pthread_self(), text, sizeof text);  // an empty name fails the test
        name.set_value(text);
    });

    EXPECT_EQ(name.get_future().get(), "Mandrill-0");
}

awaitable<void> spawn_restart(task_group& group) {
    const frame here;
    group.spawn("restart_host", restart_host());
    co_return;
}

TEST(TalkTest, F42AFailureTellsWhereItsTaskWasCreated) {
    virtual_loop t;
    t.loop.set_debug(true);

    t.run(spawn_restart(t.group));

    const auto failures = t.take_failures();
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_THAT(failures[0].created_at.function_name(), HasSubstr("spawn_restart"));
    EXPECT_THAT(failures[0].created_by.at(0).function_name(), HasSubstr("spawn_restart"));
}

void hold_for(clock::duration d) {
    const auto end = std::chrono::steady_clock::now() + d;
    while (std::chrono::steady_clock::now() < end) {
    }
}

awaitable<void> hold_the_loop(clock::duration d) {
    const frame here;
    co_await yield();
    hold_for(d);
    co_await yield();
}

TEST(TalkTest, F43AStepThatHoldsTheLoopIsToldAfterItWithItsTask) {
    std::vector<std::string> told;
    virtual_loop t;
    t.loop.monitor().on_slow_step(20ms, [&](const slow_step& s) {
        EXPECT_GE(s.took, 20ms);
        told.emplace_back(s.task);
    });

    t.spawn("save", hold_the_loop(40ms));
    t.run();

    EXPECT_THAT(told, testing::Contains("save"));
}

TEST(TalkTest, F44LoopLagIsMeasuredWhereItArises) {
    virtual_loop t;

    t.spawn("save", hold_the_loop(30ms));
    t.run();

    EXPECT_GE(t.loop.monitor().lag_max(), 25ms);
}

}  // namespace
}  // namespace mayhem::async
