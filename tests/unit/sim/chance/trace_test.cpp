// Proves that a trace chooses as its seed says, that its hash tells two runs apart by any one step, and that it strikes
// and tells of a spin when it should: by itself, and as the scheduler of a loop on virtual time.
#include "sim/chance/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using async::step_taken;

constexpr std::size_t ready_max = async::scheduler::choices_max;

trace made_from(std::uint64_t seed) { return {core::random_source(seed), false}; }

std::vector<std::size_t> many_choices(trace t) {
    std::vector<std::size_t> chosen;
    for (int i = 0; i < 100; ++i) {
        for (std::size_t ready = 2; ready <= ready_max; ++ready) {
            chosen.push_back(t.choose(ready));
        }
    }
    return chosen;
}

TEST(TraceTest, InOrderTheFirstToComeIsTheFirstServed) {
    trace t(core::random_source(1), true);

    for (std::size_t ready = 2; ready <= ready_max; ++ready) {
        EXPECT_EQ(t.choose(ready), 0U);
    }
}

TEST(TraceTest, TheSameSeedChoosesTheSameAndAnotherOneOtherwise) {
    EXPECT_EQ(many_choices(made_from(1)), many_choices(made_from(1)));
    EXPECT_NE(many_choices(made_from(1)), many_choices(made_from(2)));
}

TEST(TraceTest, EachThatIsReadyIsChosenSometimes) {
    trace t = made_from(1);

    for (std::size_t ready = 2; ready <= ready_max; ++ready) {
        std::set<std::size_t> chosen;
        for (int i = 0; i < 200; ++i) {
            chosen.insert(t.choose(ready));
        }
        EXPECT_EQ(chosen.size(), ready);
        EXPECT_EQ(*chosen.rbegin(), ready - 1);
    }
}

step_taken step_number(std::uint64_t n) {
    return {.at = async::clock::time_point{std::chrono::seconds{n}}, .task = n % 5, .resumes = 1, .line = 7};
}

std::uint64_t hash_of(const std::vector<step_taken>& steps) {
    trace t = made_from(1);
    for (const step_taken& s : steps) {
        t.note(s);
    }
    return t.hash();
}

TEST(TraceTest, TheHashDiffersWhenAnythingOfAStepDiffers) {
    const std::vector<step_taken> steps{step_number(1), step_number(2), step_number(3)};
    std::set<std::uint64_t> hashes{hash_of(steps)};

    for (std::size_t i = 0; i < steps.size(); ++i) {
        std::vector<step_taken> later = steps;
        later[i].at += 1ns;
        std::vector<step_taken> other_task = steps;
        ++other_task[i].task;
        std::vector<step_taken> other_turn = steps;
        ++other_turn[i].resumes;
        std::vector<step_taken> elsewhere = steps;
        ++elsewhere[i].line;
        for (const auto& changed : {later, other_task, other_turn, elsewhere}) {
            hashes.insert(hash_of(changed));
        }
    }
    hashes.insert(hash_of({steps[1], steps[0], steps[2]}));
    hashes.insert(hash_of({steps[0], steps[1]}));

    EXPECT_EQ(hashes.size(), 1 + 3 * 4 + 2) << "each of them is another run";
    EXPECT_EQ(hash_of(steps), hash_of(steps));
}

TEST(TraceTest, TheHashIsKeptNowAndThenSoThatTwoRunsAreKnownToWhereTheyAgree) {
    trace one = made_from(1);
    trace other = made_from(1);

    for (std::uint64_t i = 1; i <= 3 * trace::kept_every; ++i) {
        one.note(step_number(i));
        step_taken s = step_number(i);
        s.line += i == trace::kept_every + 1 ? 1 : 0;
        other.note(s);
    }

    EXPECT_EQ(one.steps(), 3 * trace::kept_every);
    ASSERT_EQ(one.hashes().size(), 3U);
    EXPECT_EQ(one.hashes()[0], other.hashes()[0]);
    EXPECT_NE(one.hashes()[1], other.hashes()[1]);
    EXPECT_NE(one.hashes()[2], other.hashes()[2]);
    EXPECT_EQ(one.hashes()[2], one.hash());
}

TEST(TraceTest, StrikesOnceAfterSoManyMoreSteps) {
    for (const std::uint64_t after : {0U, 1U, 2U, 17U}) {
        trace t = made_from(1);
        std::vector<std::uint64_t> struck_at;
        t.note(step_number(1));
        t.strike_after(after, [&] { struck_at.push_back(t.steps()); });  // in the second step

        for (std::uint64_t i = 2; i < 100; ++i) {
            t.note(step_number(i));
        }

        EXPECT_EQ(struck_at, (std::vector<std::uint64_t>{2 + after}));
    }
}

TEST(TraceTest, AStrikeThatIsForgottenDoesNotCome) {
    trace t = made_from(1);
    int struck = 0;
    t.strike_after(3, [&] { ++struck; });
    t.note(step_number(1));

    t.forget_strike();
    for (std::uint64_t i = 2; i < 100; ++i) {
        t.note(step_number(i));
    }

    EXPECT_EQ(struck, 0);
}

TEST(TraceTest, ABlowMayPrepareTheNextOne) {
    trace t = made_from(1);
    std::vector<std::uint64_t> struck_at;
    t.strike_after(0, [&] {
        struck_at.push_back(t.steps());
        t.strike_after(4, [&] { struck_at.push_back(t.steps()); });
    });

    for (std::uint64_t i = 1; i < 100; ++i) {
        t.note(step_number(i));
    }

    EXPECT_EQ(struck_at, (std::vector<std::uint64_t>{1, 6}));
}

async::awaitable<void> take_steps(int n, std::vector<int>* order, int name) {
    const async::frame here;
    for (int i = 0; i < n; ++i) {
        order->push_back(name);
        co_await async::yield();
    }
}

/// Who ran when, of five tasks that are all ready.
std::vector<int> order_under(trace& t) {
    std::vector<int> order;
    mayhem::test::virtual_loop loop;
    loop.loop.set_scheduler(&t);
    for (int name = 0; name < 5; ++name) {
        loop.spawn(take_steps(4, &order, name));
    }
    loop.run();
    return order;
}

TEST(TraceTest, ALoopRunsTheSameStepsForTheSameSeed) {
    trace first = made_from(1);
    trace again = made_from(1);
    trace other = made_from(2);
    trace in_order(core::random_source(1), true);

    const std::vector<int> order = order_under(first);

    EXPECT_EQ(order_under(again), order);
    EXPECT_EQ(again.hash(), first.hash());
    EXPECT_NE(order_under(other), order);
    EXPECT_NE(other.hash(), first.hash());
    EXPECT_EQ(order_under(in_order), (std::vector{0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4}));
}

async::awaitable<void> strike_from_within(trace* t, std::uint64_t after, std::vector<std::uint64_t>* steps) {
    const async::frame here;
    steps->push_back(t->steps());
    t->strike_after(after, [t, steps] { steps->push_back(t->steps()); });
    for (int i = 0; i < 20; ++i) {
        co_await async::yield();
    }
}

TEST(TraceTest, ATaskThatAsksForABlowEndsItsOwnStepFirst) {
    trace t = made_from(1);
    std::vector<std::uint64_t> steps;
    {
        mayhem::test::virtual_loop loop;
        loop.loop.set_scheduler(&t);

        loop.run(strike_from_within(&t, 3, &steps));
    }

    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[1], steps[0] + 1 + 3);
}

async::awaitable<void> spin(const bool* has_been_seen) {
    const async::frame here;
    while (!*has_been_seen) {
        co_await async::yield();
    }
}

TEST(TraceTest, ASpinIsToldOnce) {
    trace t = made_from(1);
    int told = 0;
    bool has_been_seen = false;
    t.on_spin = [&] {
        ++told;
        has_been_seen = true;
    };
    {
        mayhem::test::virtual_loop loop;
        loop.loop.set_scheduler(&t);

        loop.run(spin(&has_been_seen));
    }

    EXPECT_EQ(told, 1);
    EXPECT_GT(t.steps(), trace::at_once_max);
    EXPECT_LT(t.steps(), trace::at_once_max + 10);
}

TEST(TraceTest, AsManyStepsAreNoSpinIfTimeGoesOn) {
    trace t = made_from(1);
    int told = 0;
    t.on_spin = [&] { ++told; };

    for (std::uint64_t i = 0; i < 3 * trace::at_once_max; ++i) {
        t.note(step_number(i / (trace::at_once_max - 1)));
    }

    EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace mayhem::sim
