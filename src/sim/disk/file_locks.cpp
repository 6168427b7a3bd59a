#include "sim/disk/file_locks.hpp"

#include <algorithm>

namespace mayhem::sim {

bool file_locks::raise(const void* holder, lock_level to) {
    if (to <= level_of(holder)) {
        return true;
    }
    const lock_level others = highest_beside(holder);
    if (others >= (to == lock_level::shared ? lock_level::pending : lock_level::reserved)) {
        return false;
    }
    const bool waits_for_readers = to == lock_level::exclusive && others >= lock_level::shared;
    set(holder, waits_for_readers ? lock_level::pending : to);
    return !waits_for_readers;
}

void file_locks::lower(const void* holder, lock_level to) noexcept {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const held& h) { return h.holder == holder; });
    if (found == held_.end() || found->level <= to) {
        return;
    }
    if (to == lock_level::none) {
        held_.erase(found);
    } else {
        found->level = to;
    }
}

bool file_locks::is_reserved() const noexcept { return highest_beside(nullptr) >= lock_level::reserved; }

lock_level file_locks::level_of(const void* holder) const noexcept {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const held& h) { return h.holder == holder; });
    return found == held_.end() ? lock_level::none : found->level;
}

void file_locks::set(const void* holder, lock_level level) {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const held& h) { return h.holder == holder; });
    if (found == held_.end()) {
        held_.push_back({.holder = holder, .level = level});
    } else {
        found->level = level;
    }
}

lock_level file_locks::highest_beside(const void* holder) const noexcept {
    lock_level highest = lock_level::none;
    for (const held& h : held_) {
        if (h.holder != holder) {
            highest = std::max(highest, h.level);
        }
    }
    return highest;
}

}  // namespace mayhem::sim
