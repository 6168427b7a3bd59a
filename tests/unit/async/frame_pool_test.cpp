// Proves that the memory kept for coroutine frames is bounded and goes with its thread. Counts the pieces of memory
// that the whole process holds before and after.
#include "mayhem/async/detail/frame_pool.hpp"

#include <cstddef>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/scarce_memory.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using detail::frame_pool;

awaitable<void> sleep_below(int depth) {
    const frame here;
    if (depth == 0) {
        co_await sleep_for(1ms);
    } else {
        co_await sleep_below(depth - 1);
    }
}

void run_a_loop() {
    virtual_clock time;
    loop l{time};
    task_group group{l, "test", {}};
    for (int i = 0; i < 100; ++i) {
        group.spawn("task", sleep_below(3));
    }
    l.run();
}

TEST(FramePoolTest, AThreadThatEndsGivesAllOfItBack) {
    std::thread(&run_a_loop).join();  // what the libraries keep once and for all
    const std::size_t before = test::pieces_held();

    for (int i = 0; i < 10; ++i) {
        std::thread(&run_a_loop).join();
    }

    EXPECT_LE(test::pieces_held(), before);
}

TEST(FramePoolTest, WhatAThreadFreesWhileItEndsGoesBackToo) {
    struct late {
        void* memory = nullptr;
        ~late() { frame_pool::deallocate(memory, 200); }
    };
    const std::size_t before = test::pieces_held();

    std::thread([] {
        static thread_local late last;  // made before what gives back, so it goes after it
        last.memory = frame_pool::allocate(200);
        frame_pool::deallocate(frame_pool::allocate(200), 200);
    }).join();

    EXPECT_LE(test::pieces_held(), before);
}

/// How many of a thousand that were freed a thread has kept.
std::size_t kept_of_a_thousand(std::size_t size) {
    std::size_t kept = 0;
    std::thread([&] {
        std::vector<void*> all(1000);
        const std::size_t before = test::pieces_held();
        for (void*& p : all) {
            p = frame_pool::allocate(size);
        }
        for (void* p : all) {
            frame_pool::deallocate(p, size);
        }
        kept = test::pieces_held() - before;
    }).join();
    return kept;
}

TEST(FramePoolTest, KeepsNoMoreThanItsLimits) {
#if defined(MAYHEM_FRAME_POOL_OFF)
    GTEST_SKIP() << "nothing is kept";
#endif
    EXPECT_EQ(kept_of_a_thousand(100), frame_pool::cached_max);
    EXPECT_GT(kept_of_a_thousand(1500), 10U);
    EXPECT_LE(kept_of_a_thousand(1500) * 1500, frame_pool::cached_bytes_max);
    EXPECT_EQ(kept_of_a_thousand(2000), 0U) << "too large for it";
}

}  // namespace
}  // namespace mayhem::async
