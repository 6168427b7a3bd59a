#pragma once

#include <optional>
#include <string>

#include "sim/judge/known_world.hpp"

namespace mayhem::sim {

/// Whether a calm phase ends with this event, and what was due is demanded.
[[nodiscard]] inline bool is_over(const event& e) noexcept {
    const auto* const p = std::get_if<phase_begins>(&e.what);
    return p != nullptr && p->phase == phase_kind::over;
}

/// Whether what began at `since` on the host had its time by `over`: counted from there, from the beginning of the calm
/// phase, or from that of the last life in it, whatever was last. `more` is added to the time.
[[nodiscard]] bool was_due(const known_world& w, const std::string& host, const when& since, const when& over,
                           core::duration more = core::duration{0});

/// What in the world excuses that something was not done by `over` on the host: a trouble in the time in which it was
/// due, for a person.
[[nodiscard]] std::optional<std::string> excuse_for(const known_world& w, const std::string& host,
                                                    const std::optional<std::string>& group, const when& over);

}  // namespace mayhem::sim
