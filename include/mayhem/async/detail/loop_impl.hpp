#pragma once

#include <algorithm>
#include <cstdint>
#include <source_location>
#include <utility>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/cycle_counter.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

template <typename Function>
    requires std::invocable<Function&>
void loop::post(Function f) {
    asio::post(context_, [this, waiting = posted(*this), mine = std::move(f)]() mutable {
        auto begin = [&waiting, &mine] {
            waiting.begin();
            mine();
        };
        step(nullptr, begin);
    });
}

inline void loop::make_ready(detail::ready_node& n) noexcept {
    n.next_ready = nullptr;
    if (ready_head_ == nullptr) {
        ready_head_ = ready_tail_ = &n;
    } else {
        ready_tail_->next_ready = &n;
        ready_tail_ = &n;
    }
    if (!in_turn_) [[unlikely]] {
        schedule_turn();
    }
}

inline void detail::branch::begin_wait(const char* what, std::source_location at, cancel_action on_cancel) noexcept {
    state = wait_state::parked;
    awaits = what;
    awaits_at = at;
    on_cancel_ = on_cancel;
    aborted = false;
    ++owner_loop.idle_branches_;
}

inline void detail::branch::stand_ready(std::source_location at) noexcept {
    MAYHEM_ASSERT(state == wait_state::none,
                  "a branch waits for one thing at a time: run operations side by side with gather_settled()");
    state = wait_state::ready;
    awaits_at = at;
    aborted = false;
    ++owner_loop.idle_branches_;
    owner_loop.make_ready(*this);
}

inline void detail::branch::end_wait(bool was_aborted) noexcept {
    if (state != wait_state::parked) {
        return;
    }
    state = wait_state::ready;
    aborted = was_aborted;
    if (is_linked()) {
        unlink();
    }
    if (timer_slot != no_timer) {
        owner_loop.timers_.erase(*this);
    }
    owner_loop.make_ready(*this);
}

template <typename Function>
void loop::step(detail::branch* b, Function& f) noexcept {
    MAYHEM_ASSERT(!in_turn_, "the loop's io_context is run by the loop, and by nobody inside a step");
    const std::uint64_t begin = begin_turn();
    detail::enter(b);
    std::move(f)();
    const std::uint64_t end = std::max(detail::cycle_counter(), begin);  // it may have been set back
    finish_step(end - begin);
    end_turn(1, end - begin);
}

}  // namespace mayhem::async
