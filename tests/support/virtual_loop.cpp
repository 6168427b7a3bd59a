#include "support/virtual_loop.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::test {

namespace {

async::awaitable<void> stop_after(async::clock::duration d) {
    const async::frame here;
    co_await async::sleep_for(d);
    async::this_loop().stop();
}

void ignore_failure(const async::task_failure&) {}

}  // namespace

virtual_loop::virtual_loop(std::size_t group_limit)
    : group(loop, "test", [this](const async::task_failure& f) { failures_.push_back(f); }, group_limit) {}

virtual_loop::~virtual_loop() {
    using access = async::detail::loop_access;
    for (const async::task_failure& f : failures_) {
        ADD_FAILURE() << "nobody looked at this failure: " << f.describe();
    }
    EXPECT_EQ(group.describe_tasks(), std::vector<std::string>{}) << "these tasks still live";
    EXPECT_EQ(loop.live_tasks(), 0U);
    EXPECT_EQ(access::timers(loop), 0U);
    EXPECT_EQ(access::branches(loop), 0U);
    EXPECT_FALSE(access::has_ready(loop));
}

void virtual_loop::spawn(async::awaitable<void> body, std::source_location at) {
    group.spawn("task", std::move(body), at);
}

void virtual_loop::spawn(async::task_name name, async::awaitable<void> body, std::source_location at) {
    group.spawn(name, std::move(body), at);
}

void virtual_loop::run() { loop.run(); }

void virtual_loop::run(async::awaitable<void> body, std::source_location at) {
    spawn(std::move(body), at);
    loop.run();
}

void virtual_loop::run_for(async::clock::duration d) {
    async::task_group timer{loop, "run_for", ignore_failure};
    timer.spawn("stop_after", stop_after(d));
    loop.run();
}

std::vector<async::task_failure> virtual_loop::take_failures() { return std::exchange(failures_, {}); }

}  // namespace mayhem::test
