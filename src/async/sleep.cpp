#include "mayhem/async/sleep.hpp"

#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/suspend.hpp"

namespace mayhem::async {

namespace {

void wake_after(detail::branch& b, clock::time_point now, clock::duration d) {
    if (d <= clock::duration::zero()) {
        b.wake();
    } else {
        detail::loop_access::add_timer(b, clock::after(now, d));
    }
}

}  // namespace

awaitable<void> sleep_until(clock::time_point t, std::source_location at) {
    return detail::suspend("sleep", at, [t](detail::branch& b) {
        const clock::time_point now = b.owner_loop.now();
        wake_after(b, now, t - now);
    });
}

awaitable<void> sleep_for(clock::duration d, std::source_location at) {
    return detail::suspend("sleep", at, [d](detail::branch& b) {
        wake_after(b, d > clock::duration::zero() ? b.owner_loop.now() : clock::time_point{}, d);
    });
}

awaitable<void> yield(std::source_location at) {
    return detail::suspend("yield", at, [](detail::branch& b) { b.wake(); });
}

}  // namespace mayhem::async
