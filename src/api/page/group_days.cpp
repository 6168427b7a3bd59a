#include "api/page/group_days.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/page/group_today.hpp"
#include "api/page/today_json.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

constexpr std::chrono::days days_ahead{7};

}  // namespace

const group_now* find_group(const page_facts& f, const std::string& name) {
    const auto found = std::ranges::find(f.groups, name, &group_now::name);
    return found == f.groups.end() ? nullptr : &*found;
}

json days_json(const page_facts& f, const group_now& g, plan_book& plans, const core::zone& zone,
               const stores::day_record& today) {
    page_facts of_one = f;
    of_one.groups = {g};
    json days = json::array();
    for (std::chrono::days later{0}; later < days_ahead; ++later) {
        const local_day day = day_at(f.now, zone, later);
        const stores::day_record nothing;
        const std::vector<group_today> row = sort_today(of_one, later.count() == 0 ? today : nothing, plans, day);
        mark_budget budget{.row = 200, .left = 200};
        json one = row_json(row.front(), of_one, plans, day, budget);
        one["from"] = core::utc_text(day.from);
        one["to"] = core::utc_text(day.to);
        days.push_back(std::move(one));
    }
    return days;
}

json limits_json(const page_facts& f, const std::string& name) {
    const pipeline::group_settings* const s = find_settings(f, name);
    if (s == nullptr) {
        return {};
    }
    const auto or_null = [](std::size_t n) { return n > 0 ? json(n) : json(); };
    return {{"max_per_day", or_null(s->limits.max_per_day)},
            {"max_per_hour", or_null(s->limits.max_per_hour)},
            {"recovery_timeout_seconds", core::to_seconds(s->recovery_timeout)}};
}

}  // namespace mayhem::app
