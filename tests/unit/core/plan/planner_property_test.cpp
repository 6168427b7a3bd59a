// Proves for thousands of random schedules, seeds and dates: every moment lies inside a window of an allowed day, the
// minimum and the caps hold, the order is right, and the plan is the same from whatever moment it is asked. rapidcheck
// prints the seed of a failure, and takes it: RC_PARAMS="seed=N". (Its macro evaluates both sides of an `||`, hence the
// double brackets.)
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mayhem/core/plan/planner.hpp"
#include "unit/core/plan_support.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono;

// The same cases each time, unless the environment asks for others.
const int configured = setenv("RC_PARAMS", "max_success=2500 seed=1", 0);

std::vector<time_window> random_hours() {
    std::vector<time_window> hours;
    for (int tries = *rc::gen::inRange(0, 4); tries > 0; --tries) {
        const auto begin = minutes{*rc::gen::inRange(0, 24 * 60)};
        const auto end = minutes{*rc::gen::inRange(1, 24 * 60 + 1)};
        const time_window w{begin, end};
        const auto clashes = [&w](const time_window& other) { return overlap(w, other); };
        if (begin != end && std::ranges::none_of(hours, clashes)) {
            hours.push_back(w);
        }
    }
    return hours.empty() ? std::vector<time_window>{{}} : hours;
}

calendar_rules random_rules() {
    calendar_rules r;
    r.zone = zone::find(*rc::gen::element<std::string>("Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                                       "Asia/Kolkata", "Etc/UTC", "Asia/Beirut"))
                 .value();
    r.hours = random_hours();
    r.days = weekday_set(static_cast<unsigned>(*rc::gen::inRange(1, 128)));
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        r.excluded.push_back(date_range::parse(*rc::gen::element<std::string>("12-20..01-06", "02-29", "2026-03-29",
                                                                              "10-20..10-30", "2027-01-01"))
                                 .value());
    }
    return r;
}

schedule random_schedule() {
    schedule s;
    s.allowed = random_rules();
    s.mean_time_between = *rc::gen::element<nanoseconds>(30s, 7min, 1h, 4h, 30h);
    s.min_time_between = s.mean_time_between / 100 * *rc::gen::inRange(0, 81);
    if (*rc::gen::arbitrary<bool>()) {
        s.max_per_hour = *rc::gen::inRange(1, 20);
    }
    if (*rc::gen::arbitrary<bool>()) {
        s.max_per_day = *rc::gen::inRange(1, 60);
    }
    while (!candidate_gap(s)) {
        s.mean_time_between *= 3;
    }
    return s;
}

local_days random_date() {
    const auto awkward =
        *rc::gen::element<year_month_day>(2026y / 3 / 8, 2026y / 3 / 29, 2026y / 4 / 5, 2026y / 10 / 4, 2026y / 10 / 25,
                                          2026y / 11 / 1, 2028y / 2 / 29, 2026y / 12 / 31, 2026y / 6 / 15);
    return local_days{awkward} + days{*rc::gen::inRange(-2, 2)};
}

RC_GTEST_PROP(PlannerPropertyTest, KeepsEveryLimit, ()) {
    const schedule s = random_schedule();
    const local_days first = random_date();
    planner p(s, random_source{*rc::gen::arbitrary<std::uint64_t>()}, "web");
    const calendar c(s.allowed);
    std::map<local_time<hours>, int> by_hour;
    std::vector<wall_time> all;

    for (local_days date = first; date < first + days{4}; date += days{1}) {
        const std::vector<wall_time> of_day = p.day(date);
        RC_ASSERT((!s.max_per_day || of_day.size() <= static_cast<std::size_t>(*s.max_per_day)));
        for (const wall_time m : of_day) {
            RC_ASSERT((!c.closed(floor<seconds>(m))));
            RC_ASSERT((c.date_of(floor<seconds>(m)) == date));
            const int in_hour = ++by_hour[floor<hours>(c.local(floor<seconds>(m)))];
            RC_ASSERT((!s.max_per_hour || in_hour <= *s.max_per_hour));
            RC_ASSERT((all.empty() || m > all.back()));
            RC_ASSERT((all.empty() || m - all.back() >= s.min_time_between));
            all.push_back(m);
        }
    }
}

RC_GTEST_PROP(PlannerPropertyTest, IsTheSameFromWhateverMomentItIsAsked, ()) {
    const schedule s = random_schedule();
    const local_days date = random_date();
    const random_source seed{*rc::gen::arbitrary<std::uint64_t>()};
    planner by_day(s, seed, "web");
    planner by_moment(s, seed, "web");
    std::vector<wall_time> all = by_day.day(date);
    const std::vector<wall_time> next_day = by_day.day(date + days{1});
    all.insert(all.end(), next_day.begin(), next_day.end());
    RC_ASSERT((planner(s, seed, "web").day(date + days{1}) == next_day));
    if (all.size() > 300) {
        all.resize(300);
    }

    for (std::size_t i = 0; i < all.size(); ++i) {
        RC_ASSERT((by_moment.next(all[i] - microseconds{1}) == all[i]));
        RC_ASSERT((i == 0 || by_moment.next(all[i - 1]) == all[i]));
    }
    if (!all.empty()) {
        const auto i = *rc::gen::inRange<std::size_t>(0, all.size());
        RC_ASSERT((planner(s, seed, "web").next(all[i] - microseconds{1}) == all[i]));
        RC_ASSERT((by_moment.next(all.front() - microseconds{1}) == all.front()));
    }
}

}  // namespace
}  // namespace mayhem::core
