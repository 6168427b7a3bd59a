#include "mayhem/async/detail/branch.hpp"

#include <new>

#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async::detail {

branch::branch(async::loop& l, detail::task& t, branch* p)
    : ready_node(&branch::resume),
      owner_loop(l),
      owner_task(t),
      spent(t.spent),
      parent(p),
      is_covered(p != nullptr && p->holds_back()) {
    if (owner_loop.branches_ == owner_loop.timers_.room()) [[unlikely]] {
        owner_loop.timers_.make_room(owner_loop.branches_ + 1);
    }
    ++owner_loop.branches_;
    if (parent != nullptr) {
        next_sibling = parent->first_child;
        parent->first_child = this;
    }
}

branch::~branch() {
    MAYHEM_ASSERT(state == wait_state::none, "a branch ends only after its last wait");
    --owner_loop.branches_;
    leave_parent();
}

void branch::leave_parent() noexcept {
    if (parent == nullptr) {
        return;
    }
    branch** link = &parent->first_child;
    while (*link != this) {
        link = &(*link)->next_sibling;
    }
    *link = next_sibling;
    if (unwound) {
        unwound->next = parent->top;
        parent->unwound = std::move(unwound);
    }
    parent = nullptr;
}

void branch::resume(ready_node& self, action a) {
    auto& b = static_cast<branch&>(self);
    b.state = wait_state::none;
    b.awaits = nullptr;
    --b.owner_loop.idle_branches_;
    if (a == action::run) {
        enter(&b);
        b.go_on(b.next);
    }
}

void branch::cancel(bool hard) noexcept {
    const bool is_held_back = holds_back() && !hard;
    cancel_is = after(cancel_is, hard ? cancel_event::cancel_hard : cancel_event::cancel);
    for (branch* child = first_child; child != nullptr; child = child->next_sibling) {
        if (!is_held_back || !child->is_covered) {
            child->cancel(hard);
        }
    }
    for (task_group* g = groups; g != nullptr; g = g->outer_) {
        if (!is_held_back || !g->is_covered_) {
            g->end(hard);
        }
    }
    if (is_held_back) {
        return;
    }
    if (state == wait_state::parked) {
        if (on_cancel_ != nullptr) {
            on_cancel_(*this);
        } else {
            abort_wait();
        }
    }
    signal.emit(asio::cancellation_type::terminal);
}

void branch::note_unwinding(const frame& f) noexcept {
    try {
        if (!unwound) {
            unwound = std::make_unique<traceback>();
        }
        if (unwound->next != &f) {
            unwound->frames.clear();
        }
        unwound->next = f.caller();
        unwound->frames.push_back(f.at());
    } catch (const std::bad_alloc&) {
        // The exception that is on its way matters more than where it has been.
    }
}

void throw_refused(branch& b) {
    if (++b.refusals == loop_monitor::refusals_max) {
        b.owner_loop.report_spin(b);
    }
    throw_aborted();
}

}  // namespace mayhem::async::detail
