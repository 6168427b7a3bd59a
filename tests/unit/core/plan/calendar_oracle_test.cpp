// Proves the calendar against an independent one: the C library's idea of local time (another reader of the time zone
// database), asked minute by minute whether a moment is allowed. Around every transition of many zones, for many rules.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/core/plan/calendar.hpp"
#include "unit/core/plan_support.hpp"

namespace mayhem::core {
namespace {

using namespace std::chrono;
using test::rules;

/// Switches the C library to a zone, and back.
class libc_zone {
public:
    explicit libc_zone(const std::string& name) { set(name.c_str()); }
    ~libc_zone() { set("UTC"); }
    libc_zone(const libc_zone&) = delete;
    libc_zone& operator=(const libc_zone&) = delete;

    static std::tm local(sys_seconds t) {
        const std::time_t value = t.time_since_epoch().count();
        std::tm broken_down{};
        localtime_r(&value, &broken_down);
        return broken_down;
    }

private:
    static void set(const char* name) {
        setenv("TZ", name, 1);
        tzset();
    }
};

/// The rule as a person would say it.
bool is_allowed(const calendar_rules& r, const std::tm& local) {
    const year_month_day date = year{local.tm_year + 1900} / (local.tm_mon + 1) / local.tm_mday;
    const minutes time{local.tm_hour * 60 + local.tm_min};
    const auto yesterday = static_cast<std::size_t>((local.tm_wday + 6) % 7);
    if (std::ranges::any_of(r.excluded, [date](const date_range& x) { return x.contains(date); })) {
        return false;
    }
    return std::ranges::any_of(r.hours, [&](const time_window& w) {
        const bool today = r.days.test(static_cast<std::size_t>(local.tm_wday));
        if (!w.is_over_midnight()) {
            return today && time >= w.begin && time < w.end;
        }
        return (today && time >= w.begin) || (r.days.test(yesterday) && time < w.end);
    });
}

bool is_in(const std::vector<calendar::span>& spans, sys_seconds t) {
    return std::ranges::any_of(spans, [t](const calendar::span& s) { return s.begin <= t && t < s.end; });
}

void compare(const calendar_rules& r, sys_days around) {
    const calendar c(r);
    std::vector<calendar::span> spans;
    for (int day = -3; day <= 3; ++day) {
        const local_days date{(around + days{day}).time_since_epoch()};
        const auto of_day = c.spans(date);
        spans.insert(spans.end(), of_day.begin(), of_day.end());
        seconds sum{0};
        for (const calendar::span& s : of_day) {
            sum += s.end - s.begin;
        }
        ASSERT_EQ(c.allowed(date), sum) << r.zone.name() << ' ' << date.time_since_epoch().count();
    }
    for (sys_seconds t = around - days{1}; t < around + days{2}; t += 1min) {
        const bool expected = is_allowed(r, libc_zone::local(t));
        ASSERT_EQ(is_in(spans, t), expected) << r.zone.name() << ' ' << t.time_since_epoch().count();
        ASSERT_EQ(!c.closed(t), expected) << r.zone.name() << ' ' << t.time_since_epoch().count();
    }
}

class CalendarOracleTest : public testing::TestWithParam<const char*> {};

TEST_P(CalendarOracleTest, AgreesMinuteByMinuteAroundEveryTransition) {
    const std::string name = GetParam();
    const libc_zone libc(name);
    const zone z = zone::find(name).value();
    std::vector<sys_days> awkward{sys_days{2024y / 2 / 29}, sys_days{2028y / 2 / 29}, sys_days{2027y / 1 / 1}};
    for (zone::stretch s = z.at(sys_days{2026y / 1 / 1}); s.end < sys_days{2028y / 12 / 31}; s = z.at(s.end)) {
        awkward.push_back(floor<days>(s.end));
    }

    for (const sys_days day : awkward) {
        compare(rules(name), day);
        compare(rules(name, {"00:30-02:30"}), day);
        compare(rules(name, {"22:00-02:10"}, {"sat", "mon-wed"}), day);
        compare(rules(name, {"23:30-00:30", "01:00-01:45", "02:15-03:00"}, {"sun"}), day);
        compare(rules(name, {"00:00-12:00"}, {}, {"02-29", "12-31..01-01"}), day);
    }
}

INSTANTIATE_TEST_SUITE_P(Zones, CalendarOracleTest,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
                                         "Asia/Beirut", "America/Havana", "Pacific/Chatham", "America/St_Johns",
                                         "Africa/Casablanca", "Asia/Kathmandu", "Etc/UTC", "America/Santiago"));

}  // namespace
}  // namespace mayhem::core
