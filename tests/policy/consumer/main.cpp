// Uses the installed foundation as another program would, by its one header: an operation that is run like a function,
// on virtual time.
#include <chrono>
#include <cstdio>

#include "mayhem/async.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/uuid.hpp"

namespace {

using namespace mayhem;

async::awaitable<core::uuid> sleep_a_day(core::random_source& rng) {
    const async::frame here;
    co_await async::sleep_for(std::chrono::hours{24});
    co_return core::uuid::random(rng);
}

async::awaitable<void> sleep_at_most_a_day(core::random_source& rng) {
    const async::frame here;
    const auto drawn = co_await async::with_timeout(sleep_a_day(rng), std::chrono::hours{25});
    std::printf("slept a day and drew %s\n", drawn->to_string().c_str());
}

}  // namespace

int main() {
    core::random_source rng(7);
    async::virtual_clock clock;
    async::loop loop(clock);
    async::run(loop, "sleep_at_most_a_day", sleep_at_most_a_day(rng));
    return 0;
}
