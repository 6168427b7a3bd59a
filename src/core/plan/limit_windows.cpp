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

/// The last change of the offset within `reach`: there are no two of them so close together.
std::optional<change> last_change(wall_time now, std::chrono::seconds offset, const utc_offset& offset_at) {
    wall_time before = now - reach;
    if (offset_at(before) == offset) {
        return std::nullopt;
    }
    wall_time after = now;
    while (after - before > std::chrono::seconds{1}) {
        const wall_time middle = std::chrono::floor<std::chrono::seconds>(before + (after - before) / 2);
        (offset_at(middle) == offset ? after : before) = middle;
    }
    return change{.at = std::chrono::floor<std::chrono::seconds>(after), .before = offset_at(before)};
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

limit_windows windows_at(wall_time now, const utc_offset& offset_at) {
    const std::chrono::seconds offset = offset_at(now);
    const wall_time local = now + offset;
    const std::optional<change> changed = last_change(now, offset, offset_at);
    const window day = window_of(std::chrono::floor<std::chrono::days>(local), std::chrono::days{1}, offset, changed);
    const window hour =
        window_of(std::chrono::floor<std::chrono::hours>(local), std::chrono::hours{1}, offset, changed);
    return {.day = day.begin, .hour = hour.begin, .day_gap = day.gap, .hour_gap = hour.gap};
}

}  // namespace mayhem::core
