#include "drivers/contract/span_count.hpp"

namespace mayhem::drivers {

std::string span_count::incarnation_of(std::string_view life) const {
    const auto found = counts_.find(std::string(life));
    const std::uint64_t count = found == counts_.end() ? 0 : found->second;
    return std::string(life) + '#' + flow_name_ + '.' + std::to_string(count);
}

void span_count::note(std::string_view life) {
    const auto [entry, is_new] = counts_.try_emplace(std::string(life), 0);
    ++entry->second;
    if (is_new) {
        order_.push_back(entry->first);
    }
    if (order_.size() > lives_max) {
        counts_.erase(order_.front());
        order_.pop_front();
    }
}

}  // namespace mayhem::drivers
