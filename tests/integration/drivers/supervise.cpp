// A stand-in for `mayhem exec`: supervises the command in its arguments until SIGTERM, then ends it gracefully.
// Writes "started PID" for each life. The tests kill it in every way.

#include <cstdio>

#include "drivers/supervised/supervisor.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"

namespace {

using namespace mayhem;

void report(const drivers::supervisor_event& e) {
    if (e.what == drivers::supervisor_event::kind::started) {
        std::printf("started %d\n", static_cast<int>(e.life.pid));
        std::fflush(stdout);
    }
}

void fail(const async::task_failure& f) { std::fputs(f.describe().c_str(), stderr); }

async::awaitable<void> cancel_on_signal(asio::signal_set& signals, async::task_group& group) {
    const async::frame here;
    co_await signals.async_wait(async::use_awaitable);
    group.cancel();
}

}  // namespace

int main(int argc, char** argv) {
    async::real_clock clock;
    async::loop loop(clock);
    const drivers::process_table table;
    drivers::supervisor supervisor({.command = {argv + 1, argv + argc}, .end_grace = std::chrono::seconds{5}}, table,
                                   report);
    asio::signal_set signals(loop.context(), SIGTERM, SIGINT);
    async::task_group supervised(loop, "supervised", fail);
    async::task_group watching(loop, "watching", fail);
    supervised.spawn("supervisor", supervisor.run());
    watching.spawn("signals", cancel_on_signal(signals, supervised));
    loop.run();
    return 0;
}
