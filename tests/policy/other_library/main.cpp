// Uses the foundation as it is with the other C++ library, libc++: exceptions through coroutines, a cancellation, a
// thread, and time that is virtual.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <stop_token>

#include "mayhem/async.hpp"

namespace {

using namespace mayhem::async;
using namespace std::chrono_literals;

awaitable<int> fail() {
    const frame here;
    co_await sleep_for(1h);
    throw std::runtime_error("trouble");
}

awaitable<bool> try_all(event& never) {
    const frame here;
    const auto [failed, cut] = co_await first_of(fail(), never.wait());
    thread_pool pool(1, "io");
    const int seven =
        co_await run_blocking(pool, [](const std::stop_token& stop) { return stop.stop_requested() ? 0 : 7; });
    const auto in_time = co_await with_timeout(never.wait(), 1s);
    co_return text_of(failed.error()) == "trouble" && is_cancellation(cut.error()) && seven == 7 && !in_time;
}

}  // namespace

int main() {
    virtual_clock clock;
    loop l(clock);
    event never;
    if (!run(l, "try_all", try_all(never))) {
        std::puts("something came out otherwise");
        return 1;
    }
    try {
        (void)run(l, "fail", fail());
    } catch (const std::runtime_error& e) {
        std::printf("threw %s\n", e.what());
    }
    return 0;
}
