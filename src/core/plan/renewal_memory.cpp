#include "core/plan/renewal_memory.hpp"

namespace mayhem::core {

void renewal_memory::add_before(const std::vector<duration>& candidates, duration begin, duration end) {
    for (auto c = candidates.rbegin(); c != candidates.rend(); ++c) {
        back_.push_back(walked_ + (end - *c));
    }
    walked_ += end - begin;
    for (; !certain_ && checked_ < back_.size(); ++checked_) {
        const bool is_earliest = checked_ + 1 == back_.size();
        const duration earlier = is_earliest ? walked_ : back_[checked_ + 1];
        if (earlier - back_[checked_] >= spacing_) {
            certain_ = checked_;
        } else if (is_earliest) {
            break;  // what comes before it is not known yet
        }
    }
}

std::optional<duration> renewal_memory::age() const {
    if (has_no_influence()) {
        return std::nullopt;
    }
    std::size_t i = certain_.value_or(back_.size() - 1);
    duration last = back_[i];
    while (i-- > 0) {
        if (last - back_[i] >= spacing_) {
            last = back_[i];
        }
    }
    return last < spacing_ ? std::optional(last) : std::nullopt;
}

}  // namespace mayhem::core
