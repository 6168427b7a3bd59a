#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "notify/event.hpp"

namespace mayhem::notify {

/// Which events one receiver is told. A value.
struct event_filter {
    /// All but the recoveries, unless they are slow: those are the good news, of which there are many.
    std::vector<event_kind> kinds{event_kind::restarted,     event_kind::fault_begun, event_kind::fault_ended,
                                  event_kind::fault_stuck,   event_kind::slower,      event_kind::not_recovered,
                                  event_kind::not_tolerated, event_kind::aborted,     event_kind::no_effect,
                                  event_kind::taken_over,    event_kind::not_ended,   event_kind::breaker_opened,
                                  event_kind::dead_lettered, event_kind::halted,      event_kind::resumed};
    std::vector<std::string> groups{};  ///< by name; empty: all. What concerns no group always passes.

    [[nodiscard]] bool passes(event_kind k, const std::string& group) const noexcept {
        return std::ranges::find(kinds, k) != kinds.end() &&
               (group.empty() || groups.empty() || std::ranges::find(groups, group) != groups.end());
    }
    [[nodiscard]] bool passes(event_kind k, bool is_slower, const std::string& group) const noexcept {
        return passes(k, group) || (is_slower && passes(event_kind::slower, group));
    }
};

}  // namespace mayhem::notify
