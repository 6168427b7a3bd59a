// Uses the installed foundation as another program would: a coroutine in a group that sleeps in virtual time.
#include <chrono>
#include <cstdio>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/uuid.hpp"

namespace {

using namespace mayhem;

async::awaitable<void> sleep_a_day(core::random_source& rng) {
    const async::frame here;
    co_await async::sleep_for(std::chrono::hours{24});
    std::printf("slept a day and drew %s\n", core::uuid::random(rng).to_string().c_str());
}

}  // namespace

int main() {
    core::random_source rng(7);
    async::virtual_clock clock;
    async::loop loop(clock);
    async::task_group group(loop, "consumer", [](const async::task_failure& f) { std::puts(f.describe().c_str()); });
    group.spawn("sleep_a_day", sleep_a_day(rng));
    loop.run();
    return group.failures() == 0 ? 0 : 1;
}
