#include "mayhem/core/rules/group_size.hpp"

#include <algorithm>

namespace mayhem::core {

void group_size::restore(const std::vector<size_on_day>& former) {
    for (const size_on_day& on : former) {
        known& k = days_[on.day];
        k.members = std::max(k.members, on.members);
        k.recorded = std::max(k.recorded, on.members);
    }
}

void group_size::add(known& k, std::size_t members) noexcept {
    k.members = std::max(k.members, members);
    has_news_ = has_news_ || k.members > k.recorded;
}

void group_size::note(std::chrono::sys_days day, std::size_t members) {
    if (!days_.empty() && days_.rbegin()->first == day) {
        add(days_.rbegin()->second, members);
        return;
    }
    add(days_[day], members);
    while (days_.size() > days_kept) {
        days_.erase(days_.begin());
    }
}

group_size::count group_size::at(std::chrono::sys_days today, std::optional<std::size_t> stated) const noexcept {
    const auto of_today = days_.find(today);
    count c{.members = of_today == days_.end() ? 0 : of_today->second.members, .shown_on = {}};
    if (stated) {
        c.is_stated = *stated > c.members;
        c.members = std::max(c.members, *stated);
        return c;
    }
    for (auto day = days_.upper_bound(today - days_counted); day != days_.end(); ++day) {
        if (day->second.members > c.members) {
            c.members = day->second.members;
            c.shown_on = day->first;
        }
    }
    return c;
}

std::optional<size_on_day> group_size::unrecorded_of(std::chrono::sys_days day) const noexcept {
    const auto found = days_.find(day);
    const bool is_news = found != days_.end() && found->second.members > found->second.recorded;
    return is_news ? std::optional(size_on_day{.day = day, .members = found->second.members}) : std::nullopt;
}

void group_size::recorded(const size_on_day& on) {
    const auto found = days_.find(on.day);
    if (found != days_.end()) {
        found->second.recorded = std::max(found->second.recorded, on.members);
    }
    has_news_ = std::ranges::any_of(days_, [](const auto& d) { return d.second.members > d.second.recorded; });
}

}  // namespace mayhem::core
