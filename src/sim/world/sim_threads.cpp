#include "sim/world/sim_threads.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"

namespace mayhem::sim {

void sim_threads::post(async::unique_function<void()> job) {
    process_.tasks().spawn("thread", carry_out(std::move(job)));
}

async::awaitable<void> sim_threads::carry_out(async::unique_function<void()> job) {
    const async::frame here;
    const async::semaphore::permit mine = co_await free_.acquire();
    co_await process_.take_time(fault::slow_thread, std::chrono::milliseconds{2}, std::chrono::minutes{2},
                                trouble_kind::pool);
    job();  // also of a dead process, so that its coroutines come to their end
}

}  // namespace mayhem::sim
