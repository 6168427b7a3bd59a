#include "mayhem/core/rules/victim_draw.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "mayhem/core/text/text_hash.hpp"

namespace mayhem::core {

namespace {

std::uint64_t key_of(std::string_view id) noexcept { return text_hash(id); }

}  // namespace

victim_draw::victim_draw(std::uint64_t round, std::span<const std::string> turns) : round_(round) {
    remember_enough_for(turns.size());
    for (const std::string& id : turns) {
        take_turn(key_of(id));
    }
}

std::size_t victim_draw::draw(std::span<const target> eligible, random_source& rng) {
    if (eligible.size() == 1) {
        take_only(eligible.front(), rng);
        return 0;
    }
    remember_enough_for(eligible.size());
    std::vector<std::size_t> waiting = find_waiting(eligible);
    if (waiting.empty()) {
        begin_round();
        waiting = find_waiting(eligible);
    }
    const std::size_t chosen = waiting[rng.below(waiting.size())];
    take_turn(key_of(eligible[chosen].id));
    return chosen;
}

void victim_draw::remember_enough_for(std::size_t targets) noexcept {
    remembered_max_ = std::clamp(4 * targets, remembered_max_, turns_max);
}

std::vector<std::size_t> victim_draw::find_waiting(std::span<const target> eligible) const {
    std::vector<std::size_t> waiting(eligible.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    if (turns_.size() == 0) {
        return waiting;
    }
    const auto is_younger = [eligible](std::size_t a, std::size_t b) {
        return eligible[a].started_at != eligible[b].started_at ? eligible[a].started_at > eligible[b].started_at
                                                                : a < b;
    };
    std::ranges::sort(waiting, is_younger);
    hash_bag passed;
    std::erase_if(waiting, [&](std::size_t i) {
        const std::uint64_t key = key_of(eligible[i].id);
        return passed.add(key) <= turns_.count(key);
    });
    std::ranges::sort(waiting);
    return waiting;
}

void victim_draw::take_only(const target& t, random_source& rng) {
    (void)rng.below(1);
    const std::uint64_t key = key_of(t.id);
    if (turns_.count(key) > 0) {
        begin_round();
    }
    take_turn(key);
}

void victim_draw::begin_round() {
    ++round_;
    order_.clear();
    turns_.clear();
}

void victim_draw::take_turn(std::uint64_t key) {
    (void)turns_.add(key);
    order_.push_back(key);
    if (order_.size() > remembered_max_) {
        (void)turns_.remove(order_.front());
        order_.pop_front();
    }
}

}  // namespace mayhem::core
