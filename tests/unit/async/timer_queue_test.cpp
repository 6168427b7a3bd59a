// Proves that the queue of deadlines hands them out in order, equal ones in the order in which they were set, whatever
// was taken out in between. By a random walk against a sorted list, the seed printed; and through the loop, since only
// branches stand in it.

#include "mayhem/async/detail/timer_queue.hpp"

#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/task.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::detail {
namespace {

using test::virtual_loop;

TEST(TimerQueueTest, AgreesWithASortedListWhateverIsInsertedErasedAndTaken) {
    const char* const asked_for = std::getenv("MAYHEM_TEST_SEED");
    const std::uint64_t seed = asked_for != nullptr ? std::strtoull(asked_for, nullptr, 10) : 1;
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    std::mt19937_64 random{seed};
    virtual_loop t;
    task owner{t.loop, t.group, "owner", std::source_location::current()};
    std::deque<branch> branches;
    std::vector<branch*> idle;
    std::map<std::pair<clock::time_point, std::uint64_t>, branch*> expected;
    std::uint64_t sequence = 0;
    timer_queue queue;
    for (int i = 0; i < 300; ++i) {
        idle.push_back(&branches.emplace_back(t.loop, owner, nullptr));
    }

    for (int step = 0; step < 20'000; ++step) {
        const std::uint64_t dice = random() % 3;
        if (dice == 0 && !idle.empty()) {
            const clock::time_point deadline{std::chrono::seconds{random() % 50}};
            queue.insert(*idle.back(), deadline);
            expected.emplace(std::pair{deadline, sequence++}, idle.back());
            idle.pop_back();
        } else if (dice == 1 && !expected.empty()) {
            const auto victim = std::next(expected.begin(), static_cast<std::ptrdiff_t>(random() % expected.size()));
            queue.erase(*victim->second);
            ASSERT_EQ(victim->second->timer_slot, branch::no_timer);
            idle.push_back(victim->second);
            expected.erase(victim);
        } else if (dice == 2 && !expected.empty()) {
            ASSERT_EQ(queue.next(), expected.begin()->first.first);
            ASSERT_EQ(&queue.pop(), expected.begin()->second);
            idle.push_back(expected.begin()->second);
            expected.erase(expected.begin());
        }
        ASSERT_EQ(queue.size(), expected.size());
        ASSERT_EQ(queue.empty(), expected.empty());
    }
}

}  // namespace
}  // namespace mayhem::async::detail
