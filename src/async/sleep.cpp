#include "mayhem/async/sleep.hpp"

#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/suspend.hpp"

namespace mayhem::async {

awaitable<void> sleep_until(clock::time_point t, std::source_location at) {
    return detail::suspend("sleep", at, [t](detail::branch& b) { detail::loop_access::add_timer(b, t); });
}

awaitable<void> sleep_for(clock::duration d, std::source_location at) {
    return detail::suspend("sleep", at,
                           [d](detail::branch& b) { detail::loop_access::add_timer(b, b.owner_loop.now() + d); });
}

awaitable<void> yield(std::source_location at) {
    return detail::suspend("yield", at, [](detail::branch& b) { b.wake(); });
}

}  // namespace mayhem::async
