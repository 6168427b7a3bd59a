// Proves for many seeded schedules that every published message ends in exactly one of acked, dead or unsettled:
// several publishers and workers ack, nack, dead-letter, extend, dawdle and are cancelled at random moments of virtual
// time.
#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/random.hpp"
#include "unit/queues/queue_under_test.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;

struct fates {
    std::map<std::string, int> published;
    std::map<std::string, int> acked;
    std::map<std::string, int> dead;
    std::map<std::string, int> attempts;
};

async::clock::duration up_to(core::random_source& rng, std::chrono::milliseconds most) {
    return std::chrono::milliseconds{rng.below(static_cast<std::uint64_t>(most.count()) + 1)};
}

async::awaitable<void> publish_for_ever(memory_queue& q, core::random_source rng, int number, fates& f) {
    const async::frame here;
    for (int i = 0;; ++i) {
        const std::string name = std::to_string(number) + '/' + std::to_string(i);
        f.published[name] = 1;  // from here on it must not be lost
        co_await q.publish(test::message_named(name), 0);
        co_await async::sleep_for(up_to(rng, 900ms));
    }
}

async::awaitable<void> work_for_ever(memory_queue& q, core::random_source rng, fates& f) {
    const async::frame here;
    for (;;) {
        const ports::delivery d = co_await q.receive();
        const std::string& name = d.message->target.name;
        EXPECT_EQ(d.attempt, ++f.attempts[name]);
        co_await async::sleep_for(up_to(rng, 2000ms));
        if (rng.below(3) == 0) {
            (void)co_await q.extend(std::span(&d.lease, 1));
        }
        co_await async::sleep_for(up_to(rng, 2000ms));
        switch (rng.below(4)) {
            case 0: {
                const bool dead = co_await q.dead_letter(d);
                f.dead[name] += dead ? 1 : 0;
                break;
            }
            case 1: (void)co_await q.nack(d, up_to(rng, 5000ms)); break;
            case 2: break;  // forgotten: the lease ends
            default: {
                const bool acked = co_await q.ack(d);
                f.acked[name] += acked ? 1 : 0;
                break;
            }
        }
    }
}

async::awaitable<void> wait_for(async::clock::duration d) {
    const async::frame here;
    co_await async::sleep_for(d);
}

void run_one(std::uint64_t seed) {
    core::random_source rng(seed);
    test::queue_under_test t({.capacity = 1 + rng.below(6), .lease = 3s});
    fates f;
    const int publishers = 1 + static_cast<int>(rng.below(3));
    const int workers = 1 + static_cast<int>(rng.below(6));
    for (int i = 0; i < publishers; ++i) {
        t.beside(publish_for_ever(t.queue, rng.stream("publisher " + std::to_string(i)), i, f));
    }
    for (int i = 0; i < workers; ++i) {
        t.beside(work_for_ever(t.queue, rng.stream("worker " + std::to_string(i)), f));
    }

    t.run(wait_for(up_to(rng, 100'000ms)));
    std::map<std::string, int> unsettled;
    for (const std::string& name : test::names_of(t.queue.take_unsettled())) {
        ++unsettled[name];
    }

    for (const auto& [name, once] : f.published) {
        EXPECT_EQ(f.acked[name] + f.dead[name] + unsettled[name], once) << name;
    }
    for (const auto& [name, times] : unsettled) {
        EXPECT_TRUE(f.published.contains(name)) << name;
    }
}

TEST(MemoryQueuePropertyTest, EveryMessageEndsAckedOrDeadOrUnsettledAndInOneOfThemOnly) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const std::uint64_t first = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
    const std::uint64_t last = given == nullptr ? 300 : first;

    for (std::uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
        run_one(seed);
    }
}

}  // namespace
}  // namespace mayhem::queues
