#include "mayhem/core/victim_draw.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <vector>

namespace mayhem::core {

namespace {

std::uint64_t key_of(std::string_view id) noexcept { return std::hash<std::string_view>{}(id); }

}  // namespace

victim_draw::victim_draw(std::uint64_t round, std::span<const std::string> turns) : round_(round) {
    for (const std::string& id : turns) {
        take_turn(key_of(id));
    }
}

std::size_t victim_draw::draw(std::span<const target> eligible, random_source& rng) {
    if (eligible.size() == 1) {
        take_only(eligible.front(), rng);
        return 0;
    }
    std::vector<std::size_t> waiting = find_waiting(eligible);
    if (waiting.empty()) {
        begin_round();
        waiting = find_waiting(eligible);
    }
    const std::size_t chosen = waiting[rng.below(waiting.size())];
    take_turn(key_of(eligible[chosen].id));
    return chosen;
}

std::vector<std::size_t> victim_draw::find_waiting(std::span<const target> eligible) const {
    std::vector<std::size_t> waiting(eligible.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    if (turns_.empty()) {
        return waiting;
    }
    const auto is_younger = [eligible](std::size_t a, std::size_t b) {
        return eligible[a].started_at != eligible[b].started_at ? eligible[a].started_at > eligible[b].started_at
                                                                : a < b;
    };
    std::ranges::sort(waiting, is_younger);
    std::unordered_map<std::uint64_t, std::size_t> passed;
    std::erase_if(waiting, [&](std::size_t i) {
        const std::uint64_t key = key_of(eligible[i].id);
        const auto had = turns_.find(key);
        return had != turns_.end() && passed[key]++ < had->second;
    });
    std::ranges::sort(waiting);
    return waiting;
}

void victim_draw::take_only(const target& t, random_source& rng) {
    const std::uint64_t key = key_of(t.id);
    if (turns_.contains(key)) {
        begin_round();
    }
    (void)rng.below(1);
    take_turn(key);
}

void victim_draw::begin_round() {
    ++round_;
    order_.clear();
    turns_.clear();
}

void victim_draw::take_turn(std::uint64_t key) {
    if (order_.size() == turns_max) {
        const auto oldest = turns_.find(order_.front());
        if (--oldest->second == 0) {
            turns_.erase(oldest);
        }
        order_.pop_front();
    }
    order_.push_back(key);
    ++turns_[key];
}

}  // namespace mayhem::core
