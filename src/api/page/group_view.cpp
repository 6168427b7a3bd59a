#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/page/group_days.hpp"
#include "api/page/page_view.hpp"
#include "api/page/recovery_json.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

constexpr std::size_t targets_a_page = 50;
constexpr std::size_t refusals_max = 5000;
constexpr std::chrono::days refusals_of{30};

}  // namespace

std::optional<std::string> page_view::group(const page_facts& f, const std::string& name, std::size_t from,
                                            std::stop_token stop) {
    const group_now* const g = find_group(f, name);
    if (g == nullptr) {
        return std::nullopt;
    }
    refresh(f, stop);
    const core::zone zone = zone_of(*f.settings);
    const local_day day = day_at(f.now, zone);
    const stores::day_record today =
        stores::read_day(f.daemon.store, {.from = day.from, .to = day.to, .group = name}, stop);
    const stores::day_record month = stores::read_day(
        f.daemon.store, {.from = f.now - refusals_of, .to = f.now, .attempts_max = refusals_max, .group = name}, stop);
    std::map<std::string, std::size_t> refusals;
    for (const stores::history_row& r : month.attempts) {
        if (r.refused_by) {
            ++refusals[std::string(core::to_string(*r.refused_by))];
        }
    }
    json recoveries = json::array();
    std::size_t count = 0;
    for (const stores::target_past* const p : recoveries_.rows()) {
        const bool is_shown = p->row.group == name && count++ >= from && recoveries.size() < targets_a_page;
        if (is_shown) {
            recoveries.push_back(past_json(*p));
        }
    }
    json days = days_json(f, *g, plans_, zone, today);
    const json all{{"as_of", core::utc_text(f.now)},
                   {"zone", zone.name()},
                   {"group", name},
                   {"today", days.front()},
                   {"days", days},
                   {"limits", limits_json(f, name)},
                   {"refusals", refusals},
                   {"recoveries", std::move(recoveries)},
                   {"recoveries_from", from},
                   {"recoveries_count", count}};
    return core::json_line(all);
}

}  // namespace mayhem::app
