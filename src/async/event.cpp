#include "mayhem/async/event.hpp"

#include "mayhem/async/loop.hpp"

namespace mayhem::async {

event::~event() { MAYHEM_ASSERT(waiters_.empty(), "an event must outlive those who wait for it"); }

void event::set() {
    if (!waiters_.empty()) {
        waiters_.front().owner_loop.check_thread("event::set");
    }
    is_set_ = true;
    waiters_.for_each([](detail::branch& b) { b.wake(); });
}

void event::enlist::operator()(detail::branch& b) const noexcept {
    if (self->is_set_) {
        b.wake();
    } else {
        self->waiters_.push_back(b);
    }
}

}  // namespace mayhem::async
