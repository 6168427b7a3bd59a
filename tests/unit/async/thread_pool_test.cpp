// Proves that a pool's threads are named, run what is queued, and are all gone when the pool is. With real threads that
// meet at futures, never by waiting for time to pass.

#include "mayhem/async/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>

namespace mayhem::async {
namespace {

std::string own_name() {
    char name[16] = {};
    (void)pthread_getname_np(pthread_self(), name, sizeof name);  // an empty name fails the test
    return name;
}

TEST(ThreadPoolTest, NamesItsThreadsByPrefixAndNumber) {
    std::latch all_here{3};
    std::mutex m;
    std::set<std::string> names;
    {
        thread_pool pool{3, "mayhem-io"};
        for (int i = 0; i < 3; ++i) {
            pool.post([&] {
                {
                    const std::lock_guard lock(m);
                    names.insert(own_name());
                }
                all_here.arrive_and_wait();  // one job a thread
            });
        }
    }

    EXPECT_EQ(names, (std::set<std::string>{"mayhem-io-0", "mayhem-io-1", "mayhem-io-2"}));
}

TEST(ThreadPoolTest, CutsAPrefixThatIsTooLong) {
    std::promise<std::string> name;
    thread_pool pool{1, "a-prefix-longer-than-allowed"};

    pool.post([&name] { name.set_value(own_name()); });

    EXPECT_EQ(name.get_future().get(), "a-prefix-lon-0");
}

/// In a process of its own, which may not have so much.
void make_more_threads_than_there_is_room_for() {
    rlimit room{};
    (void)getrlimit(RLIMIT_AS, &room);
    room.rlim_cur = rlim_t{256} << 20U;
    (void)setrlimit(RLIMIT_AS, &room);
    try {
        const thread_pool pool{1000, "test"};
    } catch (const std::system_error& e) {
        (void)std::fprintf(stderr, "refused: %s\n", e.what());
        std::_Exit(0);
    }
    std::_Exit(1);
}

TEST(ThreadPoolDeathTest, AThreadThatIsRefusedIsAnExceptionAndTheOthersAreJoined) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    GTEST_SKIP() << "a sanitizer reserves more than all of it";
#endif
#endif
    EXPECT_EXIT(make_more_threads_than_there_is_room_for(), ::testing::ExitedWithCode(0), "refused: ");
}

TEST(ThreadPoolTest, HasAtLeastOneThread) {
    std::promise<void> ran;
    thread_pool pool{0, "test"};

    pool.post([&ran] { ran.set_value(); });
    ran.get_future().wait();

    EXPECT_EQ(pool.size(), 1U);
}

TEST(ThreadPoolTest, RunsJobsInTheOrderInWhichTheyWereQueued) {
    std::vector<int> order;
    {
        thread_pool pool{1, "test"};
        for (int i = 0; i < 100; ++i) {
            pool.post([&order, i] { order.push_back(i); });
        }
    }

    ASSERT_EQ(order.size(), 100U) << "the destructor runs what was queued";
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(ThreadPoolTest, TakesJobsFromManyThreads) {
    std::atomic<int> ran = 0;
    {
        thread_pool pool{2, "test"};
        std::vector<std::jthread> givers;
        for (int g = 0; g < 4; ++g) {
            givers.emplace_back([&] {
                for (int i = 0; i < 250; ++i) {
                    pool.post([&ran] { ++ran; });
                }
            });
        }
    }

    EXPECT_EQ(ran, 1000);
}

TEST(ThreadPoolTest, RefusesWhatExceedsItsQueueAndSaysSo) {
    std::promise<void> busy;
    std::promise<void> release;
    thread_pool pool{1, "test"};
    pool.post([&] {
        busy.set_value();
        release.get_future().wait();
    });
    busy.get_future().wait();
    for (std::size_t i = 0; i < thread_pool::queue_limit; ++i) {
        pool.post([] {});
    }

    EXPECT_THROW(pool.post([] {}), std::length_error);

    release.set_value();
}

}  // namespace
}  // namespace mayhem::async
