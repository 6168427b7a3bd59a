#include "mayhem/async/wall_jumps.hpp"

#include "mayhem/async/detail/loop_access.hpp"

namespace mayhem::async {

wall_jumps::~wall_jumps() { MAYHEM_ASSERT(sleepers_.empty(), "jumps must outlive those who sleep until one"); }

void wall_jumps::note() {
    if (!sleepers_.empty()) {
        sleepers_.front().owner_loop.check_thread("wall_jumps::note");
    }
    ++count_;
    sleepers_.for_each([](detail::branch& b) { b.wake(); });
}

void wall_jumps::go_unnoticed() {
    are_noticed_ = false;
    note();
}

void wall_jumps::enlist::operator()(detail::branch& b) const noexcept {
    if (self->count_ != seen || deadline <= b.owner_loop.now()) {
        b.wake();
    } else {
        self->sleepers_.push_back(b);
        detail::loop_access::add_timer(b, deadline);
    }
}

}  // namespace mayhem::async
