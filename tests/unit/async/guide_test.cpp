// Proves that the examples of docs/async.md compile and do what the guide says: each stands here word for word (the
// last test compares them) and is run.

#include <algorithm>
#include <exception>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/read.hpp>
#include <asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <unistd.h>

#include "mayhem/async/asio_tokens.hpp"
#include "mayhem/async/async_run.hpp"
#include "mayhem/async/channel.hpp"
#include "mayhem/async/deadline.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/first_of.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/submit.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/journal.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;

// clang-format off

awaitable<void> greet(std::string name, journal& out) {
    const frame here;            // the breadcrumb: the first statement of every coroutine
    co_await sleep_for(1s);
    out.write("hello " + name);
}

void greet_two(clock& time, journal& out) {
    loop l{time};
    task_group group{l, "greetings", [&out](const task_failure& f) { out.write(f.describe()); }};
    group.spawn("first", greet("world", out));
    group.spawn("second", greet("moon", out));
    l.run();                     // until no task is left
}

awaitable<void> save(journal& out) {
    const frame here;
    co_await sleep_for(2s);
    out.write("saved");
}

awaitable<int> restart(journal& out) {
    const frame here;
    co_await sleep_for(1s);
    out.write("restarted");
    co_return 42;
}

awaitable<void> handle(journal& out) {
    const frame here;
    auto [saved, restarted] = co_await gather_settled(save(out), restart(out));
    if (saved && restarted) {
        out.write("ack");
    } else {
        out.write("nack");       // saved.error(), restarted.error()
    }
}

awaitable<void> consume(channel<int>& queue, task_group& handlers, journal& out) {
    const frame here;
    for (;;) {
        const std::optional<int> message = co_await queue.receive();
        if (!message) {
            co_return;           // closed and drained
        }
        handlers.spawn("handle", handle(out));
    }
}

awaitable<void> serve(channel<int>& queue, journal& out) {
    const frame here;
    co_await with_group("handlers", [&](task_group& handlers) { return consume(queue, handlers, out); });
    out.write("all handled");
}

awaitable<void> wait_at_most(channel<int>& queue, journal& out) {
    const frame here;
    const auto in_time = co_await with_timeout(queue.receive(), 3s);
    out.write(in_time ? "received" : "expired");   // expired: and the receive has ended
}

awaitable<void> receive_until(channel<int>& queue, event& stop, journal& out) {
    const frame here;
    const auto [received, stopped] = co_await first_of(queue.receive(), stop.wait());
    out.write(received ? "received" : "stopped");
}

awaitable<void> ask_two(task_group& group, journal& out) {
    const frame here;
    task_handle<int> asked = start(group, "asked", restart(out));
    task_handle<void> beside = start(group, "beside", save(out));
    const settled<int> answer = co_await asked.join();
    beside.cancel();
    const settled<void> ended = co_await beside.join();
    out.write(answer && is_cancellation(ended.error()) ? "answered" : "not answered");
}

int ask_once(clock& time, journal& out) {
    loop l{time};
    return run(l, "ask", restart(out));
}

awaitable<void> share_time_out(channel<int>& first, channel<int>& second, journal& out) {
    const frame here;
    const auto early = co_await with_timeout(first.receive(), time_left() / 2);
    const auto late = co_await with_timeout(second.receive(), time_left() - 1s);
    out.write(early || late ? "received" : "nothing, and a second is left to say so");
}

awaitable<void> read_greeting(asio::posix::stream_descriptor& from, journal& out) {
    const frame here;
    std::string text(5, ' ');
    const std::size_t size = co_await asio::async_read(from, asio::buffer(text), use_awaitable);
    out.write(text.substr(0, size));
    const auto [ec, more] = co_await asio::async_read(from, asio::buffer(text), as_tuple(use_awaitable));
    out.write(ec == asio::error::eof && more == 0 ? "end" : "more");
}

asio::awaitable<int> theirs(task_group& group, event& go) {
    co_await async_run(group, "wait", go.wait(), asio::use_awaitable);
    co_return 7;
}

awaitable<void> ours(task_group& group, event& go, journal& out) {
    const frame here;
    const int seven = co_await asio::co_spawn(this_executor(), theirs(group, go), use_awaitable);
    out.write("theirs: " + std::to_string(seven));
}

awaitable<void> ack_whatever_happens(journal& out) {
    const frame here;
    co_await shield(save(out), 5s);
}

awaitable<void> hold_something(event& done, journal& out) {
    const frame here;
    const settled<void> waited = co_await settle(done.wait());
    co_await begin_cleanup();    // what follows is not cut, and so must be short
    co_await sleep_for(1s);
    out.write("cleaned up");
    waited.rethrow_if_failed();
}

awaitable<void> shut_down(task_group& service, journal& out) {
    const frame here;
    service.cancel();
    const auto in_time = co_await with_timeout(service.join(), 10s);
    if (!in_time) {
        for (const std::string& task : service.describe_tasks()) {
            out.write("still running: " + task);
        }
        service.cancel_hard();
        co_await service.join();
    }
}

awaitable<int> resolve(thread_pool& pool) {
    const frame here;
    const int address = co_await run_blocking(pool, [] { return 127; });
    co_return address;
}

awaitable<void> resolve_all(thread_pool& pool, std::size_t hosts, journal& out) {
    const frame here;
    std::vector<awaitable<int>> operations;
    for (std::size_t i = 0; i < hosts; ++i) {
        operations.push_back(resolve(pool));
    }
    const auto resolved = co_await gather_settled(std::move(operations), 4);
    out.write(std::to_string(resolved.size()) + " resolved");
}

int call_from_a_thread(task_group& group, thread_pool& pool) {
    std::future<int> result = submit(group, "resolve", [&pool] { return resolve(pool); });
    return result.get();
}

// clang-format on

TEST(GuideTest, GreetsTwo) {
    journal out;
    virtual_clock time;

    greet_two(time, out);

    EXPECT_THAT(out.lines(), ElementsAre("hello world", "hello moon"));
}

TEST(GuideTest, ConsumesAndHandles) {
    journal out;
    channel<int> queue{10};
    int message = 1;
    virtual_loop t;
    task_group handlers{t.loop, "handlers", {}};

    EXPECT_TRUE(queue.try_send(message));
    queue.close();
    t.run(consume(queue, handlers, out));

    EXPECT_THAT(out.lines(), ElementsAre("restarted", "saved", "ack"));
}

TEST(GuideTest, WaitsAtMost) {
    journal out;
    channel<int> queue{10};
    virtual_loop t;

    t.run(wait_at_most(queue, out));

    EXPECT_THAT(out.lines(), ElementsAre("expired"));
    EXPECT_EQ(t.elapsed(), 3s);
}

TEST(GuideTest, ReceivesUntilItIsStopped) {
    journal out;
    channel<int> queue{10};
    event stop;
    int message = 1;
    stop.set();
    virtual_loop t;

    t.run(receive_until(queue, stop, out));
    EXPECT_TRUE(queue.try_send(message));
    t.run(receive_until(queue, stop, out));

    EXPECT_THAT(out.lines(), ElementsAre("stopped", "received"));
}

TEST(GuideTest, AsksTwo) {
    journal out;
    virtual_loop t;

    t.run(ask_two(t.group, out));

    EXPECT_THAT(out.lines(), ElementsAre("restarted", "answered"));
    EXPECT_EQ(t.elapsed(), 1s);
}

TEST(GuideTest, AsksOnce) {
    journal out;
    virtual_clock time;

    EXPECT_EQ(ask_once(time, out), 42);
}

TEST(GuideTest, SharesItsTimeOut) {
    journal out;
    channel<int> first{1};
    channel<int> second{1};
    virtual_loop t;

    t.run([](channel<int>& one, channel<int>& other, journal& to) -> awaitable<void> {
        const frame here;
        const auto in_time = co_await with_timeout(share_time_out(one, other, to), 8s);
        EXPECT_TRUE(in_time);
    }(first, second, out));

    EXPECT_THAT(out.lines(), ElementsAre("nothing, and a second is left to say so"));
    EXPECT_EQ(t.elapsed(), 7s);
}

TEST(GuideTest, ShutsDownInOrder) {
    journal out;
    event never;
    virtual_loop t;
    task_group service{t.loop, "service", {}};

    service.spawn("ack", ack_whatever_happens(out));
    service.spawn("hold", hold_something(never, out));
    t.run_for(500ms);
    t.run(shut_down(service, out));

    EXPECT_THAT(out.lines(), ElementsAre("cleaned up", "saved"));
    EXPECT_EQ(service.failures(), 0U);
}

TEST(GuideTest, ResolvesAllOfThemAFewAtATime) {
    thread_pool pool{2, "guide"};
    journal out;
    virtual_loop t;

    t.run(resolve_all(pool, 10, out));

    EXPECT_THAT(out.lines(), ElementsAre("10 resolved"));
}

TEST(GuideTest, CallsFromAThread) {
    int result = 0;
    thread_pool pool{1, "guide"};
    virtual_loop t;
    std::thread other;

    t.run([](task_group& group, thread_pool& p, int& into, std::thread& thread) -> awaitable<void> {
        const frame here;
        event done;
        const loop::external_work coming{this_loop()};
        thread = std::thread([&] {
            into = call_from_a_thread(group, p);
            group.loop().post([&done] { done.set(); });
        });
        co_await done.wait();
    }(t.group, pool, result, other));
    other.join();

    EXPECT_EQ(result, 127);
}

TEST(GuideTest, AGroupOfItsOwnEndsBeforeTheCoroutineThatOpenedIt) {
    channel<int> queue{2};
    journal out;
    virtual_loop t;
    for (int message : {1, 2}) {
        ASSERT_TRUE(queue.try_send(message));
    }
    queue.close();

    t.run(serve(queue, out));

    ASSERT_FALSE(out.lines().empty());
    EXPECT_EQ(out.lines().back(), "all handled");
    EXPECT_EQ(std::count(out.lines().begin(), out.lines().end(), "ack"), 2);
}

TEST(GuideTest, ReadsWithAsioByTwoTokens) {
    journal out;
    virtual_loop t;
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    asio::posix::stream_descriptor from{t.loop.context(), ends[0]};
    ASSERT_EQ(::write(ends[1], "hello", 5), 5);
    ASSERT_EQ(::close(ends[1]), 0);

    t.run(read_greeting(from, out));

    EXPECT_THAT(out.lines(), ElementsAre("hello", "end"));
}

TEST(GuideTest, ACoroutineOfAsiosAwaitsOursAndIsAwaited) {
    event go;
    journal out;
    virtual_loop t;

    t.spawn(ours(t.group, go, out));
    t.run_for(1s);
    EXPECT_TRUE(out.lines().empty());
    go.set();
    t.run();

    EXPECT_THAT(out.lines(), ElementsAre("theirs: 7"));
}

std::string read(const char* path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.is_open()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> examples_of(const std::string& guide) {
    std::vector<std::string> blocks;
    std::istringstream lines(guide);
    std::string block;
    bool is_inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == "```cpp") {
            is_inside = true;
        } else if (line == "```" && is_inside) {
            blocks.push_back(std::exchange(block, {}));
            is_inside = false;
        } else if (is_inside) {
            block += line + "\n";
        }
    }
    return blocks;
}

TEST(GuideTest, EveryExampleOfTheGuideStandsHereWordForWord) {
    const std::string here = read(MAYHEM_GUIDE_EXAMPLES);

    const std::vector<std::string> examples = examples_of(read(MAYHEM_GUIDE));

    EXPECT_GE(examples.size(), 5U);
    for (const std::string& example : examples) {
        EXPECT_NE(here.find(example), std::string::npos) << "not compiled by guide_test.cpp:\n" << example;
    }
}

}  // namespace
}  // namespace mayhem::async
