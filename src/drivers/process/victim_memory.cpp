#include "drivers/process/victim_memory.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::drivers {

void victim_memory::note_act(const process_incarnation& victim, async::clock::time_point at, std::string owner) {
    std::erase_if(acts_, [&victim](const act& a) { return a.victim == victim; });
    if (acts_.size() == acts_max) {
        acts_.pop_front();
    }
    acts_.push_back({.victim = victim, .at = at, .owner = std::move(owner), .ended_at = std::nullopt});
}

void victim_memory::note_end(const process_incarnation& victim, async::clock::time_point at) {
    const auto found = std::ranges::find(acts_, victim, &act::victim);
    if (found != acts_.end() && !found->ended_at) {
        found->ended_at = at;
    }
}

const victim_memory::act* victim_memory::find(const process_incarnation& victim) const {
    const auto found = std::ranges::find(acts_, victim, &act::victim);
    return found == acts_.end() ? nullptr : &*found;
}

}  // namespace mayhem::drivers
