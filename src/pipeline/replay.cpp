#include "pipeline/replay.hpp"

#include <map>
#include <memory>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::pipeline {

async::awaitable<void> replay(std::vector<ports::unfinished_message> unfinished, ports::queue& q) {
    const async::frame here;
    const async::clock& clock = async::this_loop().clock();
    std::multimap<core::wall_time, ports::unfinished_message> by_due;  // those of one time in the order given
    for (ports::unfinished_message& u : unfinished) {
        const core::wall_time due = u.retry_at.value_or(core::wall_time{});
        by_due.emplace(due, std::move(u));
    }
    for (auto& [due, u] : by_due) {
        const core::wall_time now = clock.wall_now();
        if (due > now) {
            co_await async::sleep_for(due - now);
        }
        co_await q.publish(std::make_shared<const core::message>(std::move(u.message)), u.attempts);
    }
}

}  // namespace mayhem::pipeline
