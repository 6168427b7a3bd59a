#include "drivers/process/succession_ledger.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mayhem::drivers {

void succession_ledger::note_act(process_incarnation victim, std::uint64_t ticks) {
    std::erase_if(acts_, [&victim](const act& a) { return a.victim == victim; });
    if (acts_.size() == acts_max) {
        acts_.pop_front();
    }
    acts_.push_back({.victim = std::move(victim), .ticks = ticks, .successor = std::nullopt});
}

bool succession_ledger::is_taken(const process_incarnation& candidate, const act* by_other_than) const {
    return std::ranges::any_of(acts_, [&](const act& a) { return &a != by_other_than && a.successor == candidate; });
}

std::optional<process_incarnation> succession_ledger::successor(const process_incarnation& victim,
                                                                std::vector<process_incarnation> running) {
    const auto found = std::ranges::find(acts_, victim, &act::victim);
    act* const mine = found == acts_.end() ? nullptr : &*found;
    const std::uint64_t earliest_start = mine != nullptr ? mine->ticks : victim.start_ticks + 1;
    if (mine != nullptr && mine->successor && std::ranges::find(running, *mine->successor) != running.end()) {
        return mine->successor;
    }

    std::erase_if(running, [&](const process_incarnation& candidate) {
        return candidate == victim || candidate.start_ticks < earliest_start || is_taken(candidate, mine);
    });
    const auto oldest = std::ranges::min_element(running, {}, [](const process_incarnation& candidate) {
        return std::tuple(candidate.start_ticks, candidate.pid);
    });
    if (oldest == running.end()) {
        return std::nullopt;
    }
    if (mine != nullptr) {
        mine->successor = *oldest;
    }
    return *oldest;
}

}  // namespace mayhem::drivers
