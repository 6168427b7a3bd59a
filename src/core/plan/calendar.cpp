#include "mayhem/core/plan/calendar.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::core {

namespace {

using namespace std::chrono;

constexpr hours whole_day{24};

/// No zone was ever further from UTC, and so no part of a local date lies further from the same date in UTC.
constexpr hours offset_max{16};

sys_seconds as_utc(local_days date) noexcept { return sys_seconds{date.time_since_epoch()}; }

/// Sorts, and joins what touches.
template <typename Piece>
void tidy(std::vector<Piece>& pieces) {
    std::ranges::sort(pieces, {}, &Piece::begin);
    std::size_t last = 0;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        if (pieces[i].begin <= pieces[last].end) {
            pieces[last].end = std::max(pieces[last].end, pieces[i].end);
        } else {
            pieces[++last] = pieces[i];
        }
    }
    if (!pieces.empty()) {
        pieces.resize(last + 1);
    }
}

}  // namespace

std::vector<day_piece> pieces_on(const calendar_rules& rules, weekday day) {
    std::vector<day_piece> pieces;
    for (const time_window& w : rules.hours) {
        if (rules.days.test(day.c_encoding())) {
            pieces.push_back({w.begin, w.is_over_midnight() ? minutes{whole_day} : w.end});
        }
        if (w.is_over_midnight() && rules.days.test((day - days{1}).c_encoding())) {
            pieces.push_back({minutes{0}, w.end});
        }
    }
    tidy(pieces);
    return pieces;
}

std::optional<minutes> longest_opening(const calendar_rules& rules) {
    constexpr unsigned two_weeks = 14;  // the end of a week is followed by its beginning
    std::vector<day_piece> pieces;
    for (unsigned day = 0; day < two_weeks; ++day) {
        const minutes midnight = whole_day * day;
        for (const day_piece& p : pieces_on(rules, weekday{day % 7})) {
            pieces.push_back({midnight + p.begin, midnight + p.end});
        }
    }
    tidy(pieces);
    minutes longest{};
    for (const day_piece& p : pieces) {
        longest = std::max(longest, p.end - p.begin);
    }
    return longest < whole_day * two_weeks ? std::optional(longest) : std::nullopt;
}

calendar::calendar(calendar_rules rules) : rules_(std::move(rules)) {
    for (unsigned day = 0; day < pieces_.size(); ++day) {
        pieces_[day] = pieces_on(rules_, weekday{day});
        for (const day_piece& p : pieces_[day]) {
            lengths_[day] += p.end - p.begin;
        }
    }
}

std::vector<calendar::span> calendar::spans(local_days date) const {
    std::vector<span> found;
    if (is_excluded(date)) {
        return found;
    }
    const sys_seconds midnight = as_utc(date);
    const std::vector<day_piece>& pieces = pieces_[weekday{date}.c_encoding()];
    for (sys_seconds t = midnight - offset_max; t < midnight + whole_day + offset_max; t = stretch_at(t).end) {
        const zone::stretch& s = stretch_at(t);
        for (const day_piece& p : pieces) {
            const sys_seconds begin = std::max(midnight + p.begin - s.offset, s.begin);
            const sys_seconds end = std::min(midnight + p.end - s.offset, s.end);
            if (begin < end) {
                found.push_back({begin, end});
            }
        }
    }
    tidy(found);
    return found;
}

seconds calendar::allowed(local_days date) const {
    if (is_excluded(date)) {
        return seconds{0};
    }
    const sys_seconds midnight = as_utc(date);
    const zone::stretch& s = stretch_at(midnight - offset_max);
    if (s.end >= midnight + whole_day + offset_max) {
        return lengths_[weekday{date}.c_encoding()];
    }
    seconds sum{0};
    for (const span& open : spans(date)) {
        sum += open.end - open.begin;
    }
    return sum;
}

local_seconds calendar::local(sys_seconds t) const {
    return local_seconds{(t + stretch_at(t).offset).time_since_epoch()};
}

local_days calendar::date_of(sys_seconds t) const { return floor<days>(local(t)); }

std::optional<guard> calendar::closed(sys_seconds t) const {
    const local_days date = date_of(t);
    if (is_excluded(date)) {
        return guard::excluded_day;
    }
    const auto is_open = [t](const span& s) { return s.begin <= t && t < s.end; };
    return std::ranges::any_of(spans(date), is_open) ? std::nullopt : std::optional(guard::outside_hours);
}

bool calendar::stays_open(sys_seconds t, seconds length) const {
    const sys_seconds until = t + length;
    while (t < until) {
        const std::vector<span> of_day = spans(date_of(t));
        const auto open = std::ranges::find_if(of_day, [t](const span& s) { return s.begin <= t && t < s.end; });
        if (open == of_day.end()) {
            return false;
        }
        t = open->end;
    }
    return true;
}

const zone::stretch& calendar::stretch_at(sys_seconds t) const {
    if (t < last_.begin || t >= last_.end) {
        last_ = rules_.zone.at(t);
    }
    return last_;
}

bool calendar::is_excluded(local_days date) const {
    return std::ranges::any_of(rules_.excluded,
                               [date](const date_range& r) { return r.contains(year_month_day{date}); });
}

}  // namespace mayhem::core
