#include "mayhem/async/sleep.hpp"

#include "mayhem/async/detail/loop_access.hpp"

namespace mayhem::async::detail {

void wake_at::operator()(branch& b) const noexcept {
    if (deadline <= b.owner_loop.now()) {
        b.wake();
    } else {
        loop_access::add_timer(b, deadline);
    }
}

void wake_after::operator()(branch& b) const noexcept {
    if (d <= clock::duration::zero()) {
        b.wake();
    } else {
        loop_access::add_timer(b, clock::after(b.owner_loop.now(), d));
    }
}

}  // namespace mayhem::async::detail
