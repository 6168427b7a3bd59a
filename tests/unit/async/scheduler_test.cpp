// Proves that a scheduler chooses which ready coroutine runs next, that it is told of every step and of nothing else,
// that the same choices make the same trace, and that without one the order is as ever. On virtual time.

#include "mayhem/async/scheduler.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/blocking.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;

/// Takes what `rule` says, counted from the oldest, and keeps what it is told.
class scripted_scheduler final : public scheduler {
public:
    using rule = std::size_t (*)(std::size_t ready, std::uint64_t choice);
    explicit scripted_scheduler(rule r) : rule_(r) {}

    std::size_t choose(std::size_t ready) noexcept override {
        offered.push_back(ready);
        return rule_(ready, offered.size());
    }
    void note(const step_taken& s) noexcept override { trace.push_back(s); }

    std::vector<std::size_t> offered;
    std::vector<step_taken> trace;

private:
    rule rule_;
};

std::size_t oldest(std::size_t, std::uint64_t) { return 0; }
std::size_t newest(std::size_t ready, std::uint64_t) { return ready - 1; }
std::size_t scattered(std::size_t ready, std::uint64_t choice) { return choice * 2654435761U % ready; }

awaitable<void> say(std::string& text, char letter) {
    const frame here;
    text += letter;
    co_await sleep_for(1s);
}

std::string letters_with(scheduler* s, std::size_t count = 4) {
    std::string text;
    virtual_loop t;
    t.loop.set_scheduler(s);
    for (std::size_t i = 0; i < count; ++i) {
        t.spawn(say(text, static_cast<char>('a' + i)));
    }
    t.run();
    return text;
}

awaitable<void> wander(semaphore& s, std::string& text, char letter) {
    const frame here;
    for (int i = 0; i < 5; ++i) {
        const semaphore::permit held = co_await s.acquire();
        text += letter;
        co_await sleep_for(std::chrono::milliseconds{i % 3});
    }
}

std::vector<step_taken> trace_of_wanderers(scripted_scheduler::rule r) {
    scripted_scheduler s(r);
    std::string text;
    virtual_loop t;
    t.loop.set_scheduler(&s);
    semaphore two{2};
    for (const char letter : {'a', 'b', 'c', 'd'}) {
        t.spawn(wander(two, text, letter));
    }
    t.run();
    return s.trace;
}

/// Runs its jobs on the loop, when it is told to.
class later final : public blocking {
public:
    void post(unique_function<void()> job) override { jobs.push_back(std::move(job)); }
    bool is_outside_loop() const noexcept override { return false; }

    std::vector<unique_function<void()>> jobs;
};

awaitable<void> run_jobs_after(later& pool, clock::duration d) {
    const frame here;
    co_await sleep_for(d);
    for (auto& job : pool.jobs) {
        job();
    }
}

awaitable<void> ask(later& pool, std::string& text) {
    const frame here;
    text += "asked ";
    text += co_await run_blocking(pool, [] { return std::string("answered"); });
}

}  // namespace

TEST(SchedulerTest, WithoutOneTheOrderIsThatOfBecomingReady) { EXPECT_EQ(letters_with(nullptr), "abcd"); }

TEST(SchedulerTest, ChoosesWhatRunsNext) {
    scripted_scheduler first(oldest);
    scripted_scheduler last(newest);

    EXPECT_EQ(letters_with(&first), "abcd");
    EXPECT_EQ(letters_with(&last), "dcba");
}

TEST(SchedulerTest, ChoosesAmongTheEightOldestAndIsNotAskedAboutOne) {
    scripted_scheduler last(newest);

    const std::string text = letters_with(&last, 10);

    EXPECT_EQ(text, "hijgfedcba");
    for (const std::size_t ready : last.offered) {
        EXPECT_GE(ready, 2U);
        EXPECT_LE(ready, scheduler::choices_max);
    }
}

TEST(SchedulerTest, IsToldOfEveryStepWithItsTimeItsTaskAndWhereItStood) {
    scripted_scheduler s(oldest);
    std::string text;
    virtual_loop t;
    t.loop.set_scheduler(&s);
    const clock::time_point began = t.loop.now();

    t.run(say(text, 'a'));

    ASSERT_EQ(s.trace.size(), 2U);
    EXPECT_EQ(s.trace[0].at, began);
    EXPECT_EQ(s.trace[0].line, 0U);
    EXPECT_EQ(s.trace[1].at, began + 1s);
    EXPECT_NE(s.trace[1].line, 0U);
    EXPECT_EQ(s.trace[1].task, s.trace[0].task);
    EXPECT_GT(s.trace[1].resumes, s.trace[0].resumes);
}

TEST(SchedulerTest, TheSameChoicesMakeTheSameTrace) {
    const auto once = trace_of_wanderers(scattered);
    const auto otherwise = trace_of_wanderers(newest);
    const auto again = trace_of_wanderers(scattered);

    ASSERT_EQ(once.size(), again.size());
    EXPECT_TRUE(std::equal(once.begin(), once.end(), again.begin()));
    EXPECT_FALSE(once.size() == otherwise.size() && std::equal(once.begin(), once.end(), otherwise.begin()));
}

TEST(SchedulerTest, BlockingWorkOnTheLoopTakesVirtualTime) {
    scripted_scheduler s(oldest);
    later pool;
    std::string text;
    virtual_loop t;
    t.loop.set_scheduler(&s);

    t.spawn(ask(pool, text));
    t.spawn(run_jobs_after(pool, 7s));
    t.run();

    EXPECT_EQ(text, "asked answered");
    EXPECT_EQ(t.elapsed(), 7s);
}

}  // namespace mayhem::async
