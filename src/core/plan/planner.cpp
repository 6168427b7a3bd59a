#include "mayhem/core/plan/planner.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/plan/renewal_memory.hpp"

namespace mayhem::core {

namespace {

using namespace std::chrono;

constexpr std::int64_t candidates_per_page = 4096;
constexpr duration longest_date = days{2};  ///< more than any date has

/// How far back the last moment is looked for. Where even that does not reach, the plan begins there.
constexpr days look_back_max{400'000};

nanoseconds checked_gap(const schedule& s) {
    const auto gap = candidate_gap(s);
    if (!gap) {
        throw std::invalid_argument("mean_time_between " + gap.error());
    }
    return *gap;
}

duration choose_page_length(const schedule& s, nanoseconds gap) {
    if (s.max_per_hour || s.max_per_day) {
        return longest_date;
    }
    constexpr std::array<duration, 3> lengths{hours{1}, minutes{1}, seconds{1}};
    for (const duration length : {longest_date, lengths[0], lengths[1]}) {
        if (length / candidates_per_page <= gap) {
            return length;
        }
    }
    return lengths.back();
}

/// A random choice of `wanted` out of moments [begin, end), in order (Knuth, algorithm 3.4.2 S).
void choose(std::vector<wall_time>& into, const wall_time* begin, const wall_time* end, std::size_t wanted,
            random_source& random) {
    for (const wall_time* m = begin; m != end && wanted > 0; ++m) {
        if (random.below(static_cast<std::uint64_t>(end - m)) < wanted) {
            into.push_back(*m);
            --wanted;
        }
    }
}

}  // namespace

planner::planner(core::schedule s, const random_source& seed, std::string_view group)
    : schedule_(std::move(s)),
      calendar_(schedule_.allowed),
      random_(seed.stream("plan").stream(group)),
      gap_(checked_gap(schedule_)),
      spacing_(std::max(ceil<duration>(schedule_.min_time_between), duration{1})),
      page_length_(choose_page_length(schedule_, gap_)) {}

std::optional<wall_time> planner::next(wall_time t) {
    const local_days last_date = calendar_.date_of(floor<seconds>(t)) + horizon;
    std::optional<page> p = page_at(t);
    if (p->begin == p->end) {
        p = page_after(*p, last_date);
    }
    while (p) {
        const bool is_known = last_ && last_->where.date == p->date && last_->where.number == p->number;
        if (!is_known) {
            last_ = plan(*p, age_before(*p));
        }
        const auto found = std::ranges::upper_bound(last_->moments, t);
        if (found != last_->moments.end()) {
            return *found;
        }
        const std::optional<duration> age = last_->age_at_end;
        p = page_after(*p, last_date);
        if (p) {
            last_ = plan(*p, age);
        }
    }
    return std::nullopt;
}

std::vector<wall_time> planner::day(local_days date) {
    std::vector<wall_time> all;
    std::optional<page> p = first_page(date);
    std::optional<duration> age = age_before(*p);
    while (p && p->begin < p->end) {
        const planned_page planned = plan(*p, age);
        all.insert(all.end(), planned.moments.begin(), planned.moments.end());
        age = planned.age_at_end;
        p = page_after(*p, date);
    }
    return all;
}

random_source planner::stream_of(wall_time moment) const {
    return random_.stream("moment " + std::to_string(moment.time_since_epoch().count()));
}

std::string planner::identity() const { return std::to_string(random_.seed()) + ' ' + to_string(schedule_); }

planner::page planner::make_page(local_days date, std::int64_t number, duration length) const {
    const duration begin = page_length_ * number;
    return {.date = date, .number = number, .begin = begin, .end = std::min(begin + page_length_, length)};
}

planner::page planner::first_page(local_days date) const { return make_page(date, 0, calendar_.allowed(date)); }

planner::page planner::page_at(wall_time t) const {
    const local_days date = calendar_.date_of(floor<seconds>(t));
    duration offset{};
    duration length{};
    for (const core::calendar::span& s : calendar_.spans(date)) {
        offset += std::clamp<duration>(t - s.begin, duration{0}, s.end - s.begin);
        length += s.end - s.begin;
    }
    const std::int64_t last = std::max<std::int64_t>((length - duration{1}) / page_length_, 0);
    return make_page(date, std::min(offset / page_length_, last), length);
}

std::optional<planner::page> planner::page_after(const page& p, local_days last) const {
    const duration length = calendar_.allowed(p.date);
    if (p.end < length) {
        return make_page(p.date, p.number + 1, length);
    }
    for (local_days date = p.date + days{1}; date <= last; date += days{1}) {
        if (const page first = first_page(date); first.begin < first.end) {
            return first;
        }
    }
    return std::nullopt;
}

std::optional<planner::page> planner::page_before(const page& p) const {
    if (p.number > 0) {
        return make_page(p.date, p.number - 1, calendar_.allowed(p.date));
    }
    for (local_days date = p.date - days{1}; date > p.date - look_back_max; date -= days{1}) {
        if (const duration length = calendar_.allowed(date); length > duration{0}) {
            return make_page(date, (length - duration{1}) / page_length_, length);
        }
    }
    return std::nullopt;
}

std::vector<duration> planner::candidates(const page& p) const {
    const std::string name =
        std::to_string(p.date.time_since_epoch().count()).append(1, '/').append(std::to_string(p.number));
    random_source random = random_.stream(name);
    std::vector<duration> found;
    const nanoseconds end = p.end;
    for (nanoseconds at = nanoseconds{p.begin} + random.exponential(gap_); at < end; at += random.exponential(gap_)) {
        found.push_back(floor<duration>(at));
    }
    return found;
}

std::optional<duration> planner::age_before(const page& p) const {
    renewal_memory memory(spacing_);
    std::optional<page> before = p;
    while (!memory.is_certain()) {
        before = page_before(*before);
        if (!before || p.date - before->date > look_back_max) {
            break;
        }
        memory.add_before(candidates(*before), before->begin, before->end);
    }
    return memory.age();
}

planner::planned_page planner::plan(const page& p, std::optional<duration> age) const {
    std::vector<duration> kept;
    duration earliest = age ? p.begin - *age + spacing_ : p.begin;
    for (const duration at : candidates(p)) {
        if (at >= earliest) {
            kept.push_back(at);
            earliest = at + spacing_;
        }
    }
    planned_page planned{.where = p, .moments = to_wall(p, kept), .age_at_end = {}};
    if (earliest > p.end) {
        planned.age_at_end = p.end + spacing_ - earliest;
    }
    apply_caps(p, planned.moments);
    return planned;
}

std::vector<wall_time> planner::to_wall(const page& p, const std::vector<duration>& offsets) const {
    std::vector<wall_time> moments;
    moments.reserve(offsets.size());
    auto next = offsets.begin();
    duration passed{};
    for (const core::calendar::span& s : calendar_.spans(p.date)) {
        const duration length = s.end - s.begin;
        for (; next != offsets.end() && *next < passed + length; ++next) {
            moments.push_back(s.begin + (*next - passed));
        }
        passed += length;
    }
    return moments;
}

void planner::apply_caps(const page& p, std::vector<wall_time>& moments) const {
    const random_source random = random_.stream("caps").stream(std::to_string(p.date.time_since_epoch().count()));
    if (schedule_.max_per_hour) {
        random_source hourly = random.stream("hour");
        std::vector<wall_time> kept;
        const auto hour_of = [this](wall_time m) { return floor<hours>(calendar_.local(floor<seconds>(m))); };
        if (!std::ranges::is_sorted(moments, {}, hour_of)) {  // one is shown again after another
            std::ranges::sort(moments, {}, [&](wall_time m) { return std::pair(hour_of(m), m); });
        }
        for (const wall_time *m = moments.data(), *end = m + moments.size(); m != end;) {
            const wall_time* const next = std::find_if(m, end, [&](wall_time o) { return hour_of(o) != hour_of(*m); });
            choose(kept, m, next, static_cast<std::size_t>(*schedule_.max_per_hour), hourly);
            m = next;
        }
        std::ranges::sort(kept);
        moments = std::move(kept);
    }
    if (schedule_.max_per_day && moments.size() > static_cast<std::size_t>(*schedule_.max_per_day)) {
        random_source daily = random.stream("day");
        std::vector<wall_time> kept;
        choose(kept, moments.data(), moments.data() + moments.size(), static_cast<std::size_t>(*schedule_.max_per_day),
               daily);
        moments = std::move(kept);
    }
}

}  // namespace mayhem::core
