#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "mayhem/core/plan/schedule.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

/// The keys of a schedule as one section gives them, [schedule] or [group.NAME]. An absent one is taken from the next:
/// the group's, then that of [schedule], then the default. A key replaces the other as a whole: lists are not joined.
struct schedule_keys {
    std::optional<std::chrono::nanoseconds> mean_time_between;
    std::optional<std::chrono::nanoseconds> min_time_between;
    std::optional<int> max_per_hour;
    std::optional<int> max_per_day;
    std::optional<std::chrono::nanoseconds> tolerance;
    std::optional<core::weekday_set> days;
    std::optional<std::vector<core::time_window>> hours;
    std::optional<std::vector<core::date_range>> exclude;
    std::optional<core::zone> timezone;

    [[nodiscard]] bool is_empty() const noexcept;

    /// With what `fallback` has and this lacks.
    [[nodiscard]] schedule_keys or_else(const schedule_keys& fallback) const;
};

/// Reads them, and reports what is wrong with each at its place; in a list, at that of the element. Looks into the
/// system's time zones.
schedule_keys read_schedule_keys(settings::section& section);

/// The zone of a key `timezone`; nothing when it is absent or, which is reported, unknown.
std::optional<core::zone> read_timezone(settings::section& section);

/// That of the host: what the variable TZ names, or else /etc/localtime.
core::zone system_zone();

/// The schedule of a group out of its keys, completed by those of [schedule]. Nothing when there is none, which is fine
/// unless other keys need one or `is_required`; reported, like keys that cannot be meant together.
std::optional<core::schedule> make_schedule(settings::section& group, const schedule_keys& keys, bool is_required);

}  // namespace mayhem::app
