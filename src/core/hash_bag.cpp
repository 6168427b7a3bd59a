#include "mayhem/core/hash_bag.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::core {

std::uint32_t hash_bag::add(std::uint64_t hash) {
    std::size_t at = find(hash);
    if (places_[at].count == 0) {
        if (2 * (size_ + 1) > places_.size()) {
            grow();
            at = find(hash);
        }
        places_[at].hash = hash;
        ++size_;
    }
    return ++places_[at].count;
}

std::uint32_t hash_bag::remove(std::uint64_t hash) noexcept {
    const std::size_t at = find(hash);
    if (places_[at].count == 0) {
        return 0;
    }
    const std::uint32_t left = --places_[at].count;
    if (left == 0) {
        --size_;
        close_gap(at);
    }
    return left;
}

/// Moves back what a look-up would not find any more beyond the gap.
void hash_bag::close_gap(std::size_t gap) noexcept {
    for (std::size_t at = (gap + 1) & mask(); places_[at].count != 0; at = (at + 1) & mask()) {
        const std::size_t wanted = places_[at].hash & mask();
        const bool is_reached_past_the_gap = ((at - wanted) & mask()) >= ((at - gap) & mask());
        if (is_reached_past_the_gap) {
            places_[gap] = std::exchange(places_[at], {});
            gap = at;
        }
    }
}

void hash_bag::clear() noexcept {
    std::ranges::fill(places_, place{});
    size_ = 0;
}

void hash_bag::grow() {
    const std::vector<place> old = std::exchange(places_, std::vector<place>(2 * places_.size()));
    for (const place& p : old) {
        if (p.count != 0) {
            places_[find(p.hash)] = p;
        }
    }
}

}  // namespace mayhem::core
