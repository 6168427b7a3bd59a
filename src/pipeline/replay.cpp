#include "pipeline/replay.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::pipeline {

async::awaitable<void> replay(std::vector<ports::unfinished_message> unfinished, ports::queue& q) {
    const async::frame here;
    const async::clock& clock = async::this_loop().clock();
    std::ranges::sort(unfinished, {},
                      [](const ports::unfinished_message& u) { return u.retry_at.value_or(core::wall_time{}); });
    for (ports::unfinished_message& u : unfinished) {
        const core::wall_time now = clock.wall_now();
        if (u.retry_at && *u.retry_at > now) {
            co_await async::sleep_for(*u.retry_at - now);
        }
        co_await q.publish(std::make_shared<const core::message>(std::move(u.message)), u.attempts);
    }
}

}  // namespace mayhem::pipeline
