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
    acts_.push_back({.victim = victim, .executable = seen.executable, .place = seen.place, .lines_before = listed_});
}

bool kin_memory::is_kin(const process_incarnation& victim, const process_info& candidate) const {
    const auto mine = std::ranges::find(acts_, victim, &act::victim);
    return mine != acts_.end() && !mine->executable.empty() && candidate.executable == mine->executable &&
           !mine->place.empty() && candidate.place == mine->place && !mine->lines_before->empty() &&
           !mine->lines_before->contains(candidate.command_line);
}

}  // namespace mayhem::drivers
