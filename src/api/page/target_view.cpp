#include <algorithm>
#include <set>
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
using stores::history_row;

constexpr std::size_t points_max = 400;
constexpr std::size_t target_rows_max = 5000;
constexpr std::size_t refused_max = 400;
constexpr std::chrono::days week{7};

bool came_back(const history_row& r) { return r.verdict == core::verdict::recovered && r.recovery; }

bool stands_again(const history_row& r) {
    return r.recovery && (r.verdict == core::verdict::recovered || r.verdict == core::verdict::not_tolerated ||
                          r.verdict == core::verdict::aborted || r.verdict == core::verdict::no_effect);
}

bool is_under(const history_row& r, const std::string& act) { return act.empty() || r.act.empty() || r.act == act; }

/// What was usual before that moment: as `core::judge_recovery` has the past.
std::optional<core::usual_recovery> usual_before(const std::vector<history_row>& rows, core::wall_time at,
                                                 const std::string& act) {
    std::vector<core::seen_recovery> past;
    for (auto r = rows.rbegin(); r != rows.rend() && past.size() < core::past_recoveries_max; ++r) {
        const bool counts = r->started_at < at && r->started_at >= at - core::past_reaches_back;
        if (counts && came_back(*r) && is_under(*r, act)) {
            past.push_back({.back = *r->recovery, .not_before = r->not_before});
        }
    }
    return core::usual_of(past);
}

json bands_of(const std::vector<history_row>& rows, core::wall_time from, core::wall_time to, const std::string& act) {
    json bands = json::array();
    for (core::wall_time at = from; at < to; at += week) {
        if (const std::optional<core::usual_recovery> usual = usual_before(rows, at, act)) {
            json one = usual_json(usual);
            one["from"] = core::utc_text(at);
            one["to"] = core::utc_text(std::min<core::wall_time>(at + week, to));
            bands.push_back(std::move(one));
        }
    }
    return bands;
}

json point_of(const history_row& r) {
    return {{"at", core::utc_text(r.started_at)},
            {"kind", std::string(stores::to_string(stores::kind_of(r.verdict)))},
            {"verdict", r.verdict ? json(std::string(core::to_string(*r.verdict))) : json()},
            {"seconds", stands_again(r) ? json(core::to_seconds(*r.recovery)) : json()},
            {"is_slow", r.pace == core::pace::slow},
            {"usual_seconds", r.usual ? json(core::to_seconds(*r.usual)) : json()},
            {"action", r.act.empty() ? json() : json(r.act)},
            {"error", r.error},
            {"message", r.message.to_string()}};
}

json stages_of(const core::recovery_stages& s, core::duration back) {
    json stages = json::array();
    core::duration done{};
    const auto add = [&stages, &done](const char* name, core::duration at) {
        stages.push_back({name, core::to_seconds(std::max(at - done, core::duration{}))});
        done = std::max(done, at);
    };
    if (s.stopped) {
        add("stopped", *s.stopped);
    }
    if (s.started) {
        add("started", *s.started);
    }
    add("ready", back);
    return stages;
}

/// Of the acts before the last one that say all stages: the median of each.
json usual_stages(const std::vector<const history_row*>& past) {
    std::vector<core::duration> stopped;
    std::vector<core::duration> started;
    std::vector<core::duration> ready;
    for (const history_row* const r : past) {
        if (r->stages.stopped && r->stages.started) {
            stopped.push_back(*r->stages.stopped);
            started.push_back(*r->stages.started);
            ready.push_back(*r->recovery);
        }
    }
    if (ready.size() < core::past_recoveries_min) {
        return {};
    }
    for (std::vector<core::duration>* const all : {&stopped, &started, &ready}) {
        std::ranges::sort(*all);
    }
    return stages_of({.stopped = core::nearest_rank(stopped, 50), .started = core::nearest_rank(started, 50)},
                     core::nearest_rank(ready, 50));
}

}  // namespace

std::optional<std::string> page_view::target(const page_facts& f, const std::string& group, const std::string& name,
                                             std::chrono::days since, std::stop_token stop) {
    const group_now* const g = find_group(f, group);
    const core::wall_time from = f.now - since;
    const std::vector<history_row> rows =
        stores::read_target(f.daemon.store, group, name, from - core::past_reaches_back, target_rows_max, stop);
    if (rows.empty() && g == nullptr) {
        return std::nullopt;
    }
    refresh(f, stop);
    const std::string id = rows.empty() ? name : rows.back().target;
    const stores::target_past* const past = recoveries_.find(group, id);
    const std::string act = past != nullptr ? past->row.act : g != nullptr ? g->act : std::string();
    std::set<std::string> actions;
    json points = json::array();
    json refused = json::array();
    const history_row* last = nullptr;
    std::vector<const history_row*> before;
    std::size_t acts = 0;
    for (const history_row& r : rows) {
        if (!r.act.empty()) {
            actions.insert(r.act);
        }
        const bool is_act = r.verdict && core::may_have_acted(*r.verdict);
        if (is_act && r.started_at >= from) {
            ++acts;
            points.push_back(point_of(r));
        } else if (r.refused_by && r.started_at >= from) {
            refused.push_back(
                {{"at", core::utc_text(r.started_at)}, {"by", std::string(core::to_string(*r.refused_by))}});
        }
        if (came_back(r)) {
            if (last != nullptr) {
                before.push_back(last);
            }
            last = &r;
        }
    }
    const auto keep_newest = [](json& all, std::size_t max) {
        if (all.size() > max) {
            all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(max));
        }
    };
    const std::size_t refused_count = refused.size();
    keep_newest(points, points_max);
    keep_newest(refused, refused_max);
    const auto watched =
        std::ranges::find_if(rows.rbegin(), rows.rend(), [](const history_row& r) { return !r.reach.empty(); });
    json all{{"as_of", core::utc_text(f.now)},
             {"zone", zone_of(*f.settings).name()},
             {"group", group},
             {"target", id},
             {"name", rows.empty() ? name : rows.back().name},
             {"driver", g == nullptr ? json() : json(g->driver)},
             {"action", act},
             {"actions", actions},
             {"past", past == nullptr ? json() : past_json(*past)},
             {"from", core::utc_text(from)},
             {"to", core::utc_text(f.now)},
             {"limits", limits_json(f, group)},
             {"acts", acts},
             {"points", std::move(points)},
             {"bands", bands_of(rows, from, f.now, act)},
             {"refused", std::move(refused)},
             {"refused_count", refused_count},
             {"outside", outside_json(f.daemon.store, from, f.now)},
             {"stages", nullptr},
             {"reach", nullptr},
             {"days", json::array()}};
    if (last != nullptr && last->stages.stopped) {
        all["stages"] = {{"now", stages_of(last->stages, *last->recovery)}, {"usual", usual_stages(before)}};
    }
    if (watched != rows.rend()) {
        all["reach"] = lanes_json(*watched, past == nullptr ? std::nullopt : past->row.usual);
    }
    if (g != nullptr) {
        const core::zone zone = zone_of(*f.settings);
        const local_day day = day_at(f.now, zone);
        all["days"] =
            days_json(f, *g, plans_, zone,
                      stores::read_day(f.daemon.store, {.from = day.from, .to = day.to, .group = group}, stop));
    }
    return core::json_line(all);
}

}  // namespace mayhem::app
