#include "drivers/process/kin_memory.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::drivers {

void kin_memory::note_list(const std::vector<process_info>& listed) {
    lines all;
    for (const process_info& process : listed) {
        all.insert(process.command_line);
    }
    listed_ = std::make_shared<const lines>(std::move(all));
}

void kin_memory::note_act(const process_incarnation& victim, const process_info& seen) {
    std::erase_if(acts_, [&victim](const act& a) { return a.victim == victim; });
    if (acts_.size() == acts_max) {
        acts_.pop_front();
    }
    acts_.push_back({.victim = victim, .seen = seen, .lines_before = listed_});
}

namespace {

bool is_same(const std::string& a, const std::string& b) { return !a.empty() && a == b; }

bool is_in_place_of(const process_info& candidate, const process_info& victim) {
    const bool has_same_parent = victim.parent > 1 && candidate.parent == victim.parent;
    return is_same(candidate.executable, victim.executable) && is_same(candidate.control_group, victim.control_group) &&
           (has_same_parent || is_same(candidate.directory, victim.directory));
}

}  // namespace

bool kin_memory::is_kin(const process_incarnation& victim, const process_info& candidate) const {
    const auto mine = std::ranges::find(acts_, victim, &act::victim);
    return mine != acts_.end() && is_in_place_of(candidate, mine->seen) && !mine->lines_before->empty() &&
           !mine->lines_before->contains(candidate.command_line);
}

}  // namespace mayhem::drivers
