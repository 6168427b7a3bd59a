#include "mayhem/async/detail/timer_queue.hpp"

#include <algorithm>

#include "mayhem/async/detail/branch.hpp"

namespace mayhem::async::detail {

namespace {
constexpr std::size_t arity = 4;
}

void timer_queue::place(std::size_t slot, const entry& e) noexcept {
    heap_[slot] = e;
    e.owner->timer_slot = static_cast<std::uint32_t>(slot);
}

void timer_queue::sift_up(std::size_t slot, entry e) noexcept {
    while (slot > 0) {
        const std::size_t parent = (slot - 1) / arity;
        if (!before(e, heap_[parent])) {
            break;
        }
        place(slot, heap_[parent]);
        slot = parent;
    }
    place(slot, e);
}

void timer_queue::sift_down(std::size_t slot, entry e) noexcept {
    for (;;) {
        const std::size_t first = slot * arity + 1;
        if (first >= heap_.size()) {
            break;
        }
        const std::size_t end = first + arity < heap_.size() ? first + arity : heap_.size();
        std::size_t smallest = first;
        for (std::size_t candidate = first + 1; candidate < end; ++candidate) {
            if (before(heap_[candidate], heap_[smallest])) {
                smallest = candidate;
            }
        }
        if (!before(heap_[smallest], e)) {
            break;
        }
        place(slot, heap_[smallest]);
        slot = smallest;
    }
    place(slot, e);
}

void timer_queue::make_room(std::size_t branches) {
    if (branches > room_) {
        heap_.reserve(std::max(branches, 2 * room_));
        room_ = heap_.capacity();
    }
}

void timer_queue::insert(branch& b, clock::time_point deadline) noexcept {
    heap_.emplace_back();
    sift_up(heap_.size() - 1, entry{deadline, sequence_++, &b});
}

void timer_queue::erase(branch& b) noexcept {
    const std::size_t slot = b.timer_slot;
    const entry moved = heap_.back();
    heap_.pop_back();
    b.timer_slot = branch::no_timer;
    if (moved.owner == &b) {
        return;
    }
    if (slot > 0 && before(moved, heap_[(slot - 1) / arity])) {
        sift_up(slot, moved);
    } else {
        sift_down(slot, moved);
    }
}

branch& timer_queue::pop() noexcept {
    branch& earliest = *heap_.front().owner;
    erase(earliest);
    return earliest;
}

}  // namespace mayhem::async::detail
