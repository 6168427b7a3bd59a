#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "mayhem/core/plan/date_range.hpp"
#include "mayhem/core/plan/time_window.hpp"
#include "mayhem/core/plan/zone.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::core {

/// When something may happen, in the local time of one zone. By itself: always.
struct calendar_rules {
    weekday_set days = weekday_set{}.set();  ///< on which a window may begin
    std::vector<time_window> hours{{}};      ///< none of them overlaps another
    std::vector<date_range> excluded;        ///< from midnight to midnight, whatever window is open
    core::zone zone = zone::utc();

    friend bool operator==(const calendar_rules&, const calendar_rules&) = default;
};

/// A part of a day as it is written, in time since midnight.
struct day_piece {
    std::chrono::minutes begin;
    std::chrono::minutes end;
};

/// The parts of such a weekday that the windows leave open, in order: what begins on it, and what the evening before
/// reaches over. Says nothing of excluded dates and of clocks that change.
std::vector<day_piece> pieces_on(const calendar_rules& rules, std::chrono::weekday day);

/// For how long the windows are open at most without a break, in an ordinary week; nothing: all the time. What an
/// excluded date or a change of the clock takes away is not counted. Zero: they never are.
std::optional<std::chrono::minutes> longest_opening(const calendar_rules& rules);

/// Answers by one rule: a moment is allowed if the clock on the wall then shows a time inside a window, on a day that
/// is not excluded. So an hour that the clock leaps over has no moments, and one that it shows twice has them twice.
///
/// A value, with a memory of the last offset that it looked up: one thread at a time.
class calendar {
public:
    /// Allowed from `begin` to before `end`.
    struct span {
        std::chrono::sys_seconds begin;
        std::chrono::sys_seconds end;

        friend bool operator==(const span&, const span&) = default;
    };

    explicit calendar(calendar_rules rules);

    /// What is allowed of a local date, in order; none touches the next.
    [[nodiscard]] std::vector<span> spans(std::chrono::local_days date) const;

    /// The sum of their lengths, at less cost.
    [[nodiscard]] std::chrono::seconds allowed(std::chrono::local_days date) const;

    /// What the clock on the wall shows.
    [[nodiscard]] std::chrono::local_seconds local(std::chrono::sys_seconds t) const;

    [[nodiscard]] std::chrono::local_days date_of(std::chrono::sys_seconds t) const;

    /// Nothing if `t` is allowed; otherwise `excluded_day` or `outside_hours`.
    [[nodiscard]] std::optional<guard> closed(std::chrono::sys_seconds t) const;

    /// Whether all of the time from `t` to before `t + length` is allowed.
    [[nodiscard]] bool stays_open(std::chrono::sys_seconds t, std::chrono::seconds length) const;

    [[nodiscard]] const calendar_rules& rules() const noexcept { return rules_; }

private:
    [[nodiscard]] const zone::stretch& stretch_at(std::chrono::sys_seconds t) const;
    [[nodiscard]] bool is_excluded(std::chrono::local_days date) const;

    calendar_rules rules_;
    std::array<std::vector<day_piece>, 7> pieces_;   ///< by weekday
    std::array<std::chrono::seconds, 7> lengths_{};  ///< theirs, on a day whose clock does not change
    mutable zone::stretch last_{};
};

}  // namespace mayhem::core
