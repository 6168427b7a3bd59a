#include "api/page/plan_book.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mayhem/core/random.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t days_kept_of_a_group = 16;

core::calendar::span clipped(const core::calendar::span& s, const local_day& d) {
    const auto from = std::chrono::floor<std::chrono::seconds>(d.from);
    const auto to = std::chrono::floor<std::chrono::seconds>(d.to);
    return {.begin = std::max(s.begin, from), .end = std::min(s.end, to)};
}

/// "Mon-Fri", "Sat, Sun"; empty: every day.
std::string days_text(const core::weekday_set& days) {
    constexpr std::array<const char*, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const auto is_set = [&days](std::size_t monday_based) { return days.test((monday_based + 1) % 7); };
    std::string text;
    for (std::size_t day = 0; !days.all() && day < names.size(); ++day) {
        std::size_t last = day;
        while (is_set(day) && last + 1 < names.size() && is_set(last + 1)) {
            ++last;
        }
        if (is_set(day)) {
            text.append(text.empty() ? "" : ", ").append(names[day]);
            text.append(last == day ? "" : last == day + 1 ? ", " : "-").append(last == day ? "" : names[last]);
        }
        day = last;
    }
    return text;
}

bool has_run_low(const planned_day& d, core::wall_time now) {
    const auto ahead = d.moments.end() - std::ranges::upper_bound(d.moments, now);
    return d.is_cut && static_cast<std::size_t>(ahead) < plan_book::moments_max / 2;
}

}  // namespace

void plan_book::use(std::shared_ptr<const config> c, std::uint64_t seed) {
    if (c == config_ && seed == seed_) {
        if (days_.size() > days_kept_of_a_group * planners_.size()) {
            days_.clear();
        }
        return;
    }
    planners_.clear();
    days_.clear();
    for (const group_config& g : c->groups) {
        std::optional<core::planner>& p = planners_[g.settings.name];
        if (g.settings.schedule) {
            p.emplace(*g.settings.schedule, core::random_source(seed), g.settings.name);
        }
    }
    config_ = std::move(c);
    seed_ = seed;
}

const planned_day* plan_book::day(const std::string& group, const local_day& d, core::wall_time now) {
    const auto found = planners_.find(group);
    if (found == planners_.end()) {
        return nullptr;
    }
    const auto [at, is_new] = days_.try_emplace({group, d.from});
    if (found->second && (is_new || has_run_low(at->second, now))) {
        at->second = plan(*found->second, d, now);
    } else if (is_new) {
        at->second.windows.push_back(clipped(
            {std::chrono::floor<std::chrono::seconds>(d.from), std::chrono::floor<std::chrono::seconds>(d.to)}, d));
    }
    return &at->second;
}

planned_day plan_book::plan(core::planner& p, const local_day& d, core::wall_time now) const {
    planned_day planned;
    const core::calendar& calendar = p.calendar();
    const std::chrono::local_days first = calendar.date_of(std::chrono::floor<std::chrono::seconds>(d.from));
    for (std::chrono::local_days date = first - std::chrono::days{1}; date <= first + std::chrono::days{2};
         date += std::chrono::days{1}) {
        for (const core::calendar::span& s : calendar.spans(date)) {
            const core::calendar::span within = clipped(s, d);
            if (within.begin >= within.end) {
                continue;
            }
            if (!planned.windows.empty() && planned.windows.back().end == within.begin) {
                planned.windows.back().end = within.end;
            } else {
                planned.windows.push_back(within);
            }
        }
    }
    planned.from = std::max(d.from, now);
    std::optional<core::wall_time> m = p.next(planned.from - core::duration{1});
    while (m && *m < d.to && planned.moments.size() < moments_max) {
        planned.moments.push_back(*m);
        m = p.next(*m);
    }
    planned.is_cut = m && *m < d.to;
    planned.next_after = planned.is_cut ? p.next(d.to - core::duration{1}) : m;
    return planned;
}

const core::planner* plan_book::planner(const std::string& group) const {
    const auto found = planners_.find(group);
    return found == planners_.end() || !found->second ? nullptr : &*found->second;
}

std::string plan_book::hours(const std::string& group) const {
    const core::planner* const p = planner(group);
    if (p == nullptr) {
        return {};
    }
    std::string text = days_text(p->calendar().rules().days);
    for (const core::time_window& w : p->calendar().rules().hours) {
        text.append(&w == &p->calendar().rules().hours.front() ? (text.empty() ? "" : " ") : ", ");
        text += core::to_string(w);
    }
    return text;
}

}  // namespace mayhem::app
