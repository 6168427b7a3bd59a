#include "mayhem/core/plan/limit_windows.hpp"

#include <algorithm>
#include <optional>

namespace mayhem::core {

namespace {

/// A date is a day long, and clocks have gone back by a day at the most.
constexpr std::chrono::hours reach{50};

struct change {
    wall_time at;
    std::chrono::seconds before;
};

/// The last change of the offset within `reach` before `now`, which lies in `current`: there are no two of them so
/// close together.
std::optional<change> last_change(wall_time now, const zone::stretch& current, const zone& z) {
    for (zone::stretch s = current; s.begin > now - reach;) {
        const zone::stretch former = z.at(s.begin - std::chrono::seconds{1});
        if (former.offset != current.offset) {
            return change{.at = s.begin, .before = former.offset};
        }
        s = former;  // another name of the same offset
    }
    return std::nullopt;
}

struct window {
    wall_time begin;
    limit_windows::stretch gap;
};

/// `label` is what the clock shows now, rounded down to `length`.
window window_of(wall_time label, duration length, std::chrono::seconds offset, const std::optional<change>& c) {
    if (!c) {
        return {.begin = label - offset, .gap = {}};
    }
    const wall_time since = std::max(label - offset, c->at);
    const wall_time shown_before = label - c->before;
    const wall_time until = std::min(shown_before + length, c->at);
    if (shown_before >= until) {
        return {.begin = since, .gap = {}};
    }
    return {.begin = shown_before, .gap = {.begin = until, .end = since}};
}

}  // namespace

limit_windows windows_at(wall_time now, const zone& z) {
    const zone::stretch current = z.at(std::chrono::floor<std::chrono::seconds>(now));
    const std::chrono::seconds offset = current.offset;
    const wall_time local = now + offset;
    const std::optional<change> changed = last_change(now, current, z);
    const window day = window_of(std::chrono::floor<std::chrono::days>(local), std::chrono::days{1}, offset, changed);
    const window hour =
        window_of(std::chrono::floor<std::chrono::hours>(local), std::chrono::hours{1}, offset, changed);
    return {.day = day.begin, .hour = hour.begin, .day_gap = day.gap, .hour_gap = hour.gap};
}

}  // namespace mayhem::core
