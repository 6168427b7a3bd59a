#include "sim/world/undo_shelf.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace mayhem::sim {

namespace {

/// So long whoever ends it may need when an engine is slow, and then fails; a next life has as long.
constexpr core::duration grace = std::chrono::minutes{10};

}  // namespace

void undo_shelf::add(const ports::undo_note& n) {
    const bool is_new = notes_.insert_or_assign(n.subject, n).second;
    const auto found = standing_.find(n.subject);
    if (is_new && found != standing_.end()) {
        scene_.log.tell(fault_owner_is{.fault = found->second, .owner = fault_owner::note, .is_there = true});
    }
}

void undo_shelf::remove(const ports::undo_note& n) {
    const bool was_there = notes_.erase(n.subject) > 0;
    const auto found = standing_.find(n.subject);
    if (was_there && found != standing_.end()) {
        scene_.log.tell(fault_owner_is{.fault = found->second, .owner = fault_owner::note, .is_there = false});
    }
}

std::vector<ports::undo_note> undo_shelf::all() const {
    std::vector<ports::undo_note> notes;
    std::ranges::transform(notes_, std::back_inserter(notes), [](const auto& entry) { return entry.second; });
    return notes;
}

void undo_shelf::begin(const std::string& target, const std::string& group, steady_time until, bool has_no_effect) {
    const std::uint64_t id = scene_.log.next_id();
    standing_[target] = id;
    if (notes_.contains(target)) {
        scene_.log.tell(fault_owner_is{.fault = id, .owner = fault_owner::note, .is_there = true});
    }
    scene_.log.tell(fault_began{.fault = id,
                                .group = group,
                                .target = target,
                                .until = until,
                                .grace = grace,
                                .ends_on_halt = true,
                                .has_no_effect = has_no_effect});
}

void undo_shelf::end(const std::string& target, fault_end how) {
    const auto found = standing_.find(target);
    if (found == standing_.end()) {
        return;
    }
    scene_.log.tell(fault_ended{.fault = found->second, .how = how});
    if (notes_.contains(target)) {
        scene_.log.tell(fault_owner_is{.fault = found->second, .owner = fault_owner::note, .is_there = false});
    }
    standing_.erase(found);
}

}  // namespace mayhem::sim
