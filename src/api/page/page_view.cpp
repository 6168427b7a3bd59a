#include "api/page/page_view.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "api/page/outlook_json.hpp"
#include "api/page/recovery_json.hpp"
#include "api/page/today_json.hpp"
#include "assembly/notification_plans.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "pipeline/model/halt_switch.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;
using stores::recovery_word;

constexpr std::size_t events_max = 6;
constexpr std::size_t units_max = 40;  ///< groups whose targets are counted
constexpr std::size_t text_max = 1000;

std::string cut(const std::string& text) { return text.size() <= text_max ? text : text.substr(0, text_max) + "..."; }

json alert(std::string_view id, int rank, std::string text, json since = json()) {
    return {{"id", id}, {"rank", rank}, {"text", cut(text)}, {"since", std::move(since)}};
}

/// What stands above all pictures, the worst first.
json alerts_of(const page_facts& f) {
    json alerts = json::array();
    if (!f.daemon.waits_for.empty()) {
        alerts.push_back(alert(f.daemon.phase == "running" ? "store_unwritable" : "waits", 2, f.daemon.waits_for));
    }
    for (const pipeline::halt_reason& r : f.halts) {
        json one = alert("halted", 3, r.why, core::utc_text(r.since));
        one["door"] = to_string(r.door);
        one["who"] = r.who;
        alerts.push_back(std::move(one));
    }
    if (f.daemon.phase != "running") {
        alerts.push_back(alert(f.daemon.phase, 4, {}));
    }
    if (f.daemon.dry_run) {
        alerts.push_back(alert("dry_run", 5, f.daemon.config_file));
    }
    return alerts;
}

json halt_of(const page_facts& f) {
    json reasons = json::array();
    for (const pipeline::halt_reason& r : f.halts) {
        reasons.push_back(
            {{"door", to_string(r.door)}, {"who", r.who}, {"since", core::utc_text(r.since)}, {"why", r.why}});
    }
    return {{"is_halted", !f.halts.empty()}, {"reasons", std::move(reasons)}};
}

json store_of(const page_facts& f) {
    std::error_code unknown;
    const std::uintmax_t bytes = std::filesystem::file_size(f.daemon.store, unknown);
    return {{"path", f.daemon.store.string()}, {"bytes", unknown ? json() : json(bytes)}};
}

json next_of(const std::vector<group_today>& groups) {
    const group_today* first = nullptr;
    for (const group_today& g : groups) {
        if (g.next && (first == nullptr || *g.next < *first->next)) {
            first = &g;
        }
    }
    if (first == nullptr) {
        return {};
    }
    return {{"at", core::utc_text(*first->next)},
            {"group", first->group->name},
            {"action", first->next_act.name.empty() ? first->group->act : core::describe(first->next_act)},
            {"refused_by", first->refused_by ? json(std::string(core::to_string(*first->refused_by))) : json()}};
}

json events_of(const stores::day_record& d) {
    json all = json::array();
    for (auto r = d.attempts.rbegin(); r != d.attempts.rend() && all.size() < events_max; ++r) {
        all.push_back({{"at", core::utc_text(r->ended_at.value_or(r->started_at))},
                       {"kind", std::string(stores::to_string(stores::kind_of(r->verdict)))},
                       {"group", r->group},
                       {"target", r->target},
                       {"name", r->name},
                       {"message", r->message.to_string()},
                       {"seconds", r->recovery ? json(core::to_seconds(*r->recovery)) : json()},
                       {"is_slow", r->pace == core::pace::slow},
                       {"refused_by", r->refused_by ? json(std::string(core::to_string(*r->refused_by))) : json()}});
    }
    return all;
}

json units_of(const std::vector<group_today>& groups, const page_facts& f) {
    json all = json::array();
    std::size_t members = 0;
    for (const group_today& g : groups) {
        members += g.group->members;
        if (all.size() == units_max) {
            continue;
        }
        const bool is_open_now = g.plan == nullptr || std::ranges::any_of(g.plan->windows, [&f](const auto& w) {
                                     return w.begin <= f.now && f.now < w.end;
                                 });
        const char* const guard = !f.halts.empty()   ? "halted"
                                  : !is_open_now     ? "outside_hours"
                                  : g.group->breaker ? "breaker_open"
                                                     : nullptr;
        all.push_back({{"group", g.group->name},
                       {"of", g.group->members},
                       {"under_way", g.open.size()},
                       {"fault_stands", g.group->lasts.count() > 0 ? g.open.size() : 0},
                       {"guard", guard == nullptr ? json() : json(guard)}});
    }
    return {{"of", members}, {"groups", std::move(all)}};
}

json recoveries_of(const std::vector<const stores::target_past*>& rows, std::size_t max) {
    json all = json::array();
    for (const stores::target_past* const p : rows) {
        if (all.size() < max) {
            all.push_back(past_json(*p));
        }
    }
    return all;
}

json left_of(const std::vector<const stores::target_past*>& rows, std::size_t from) {
    std::map<recovery_word, std::size_t> words;
    for (std::size_t i = from; i < rows.size(); ++i) {
        ++words[rows[i]->row.word];
    }
    json all = json::object();
    for (const auto& [word, count] : words) {
        all[std::string(to_string(word))] = count;
    }
    return all;
}

/// `attempts` is the day's, whose last act with a reach is looked at.
json reach_of(const stores::day_record& d, const stores::recovery_book& book) {
    if (!d.with_reach) {
        return {};
    }
    const stores::target_past* const past = book.find(d.with_reach->group, d.with_reach->target);
    return lanes_json(*d.with_reach, past == nullptr ? std::nullopt : past->row.usual);
}

}  // namespace

core::zone page_view::zone_of(const config& c) {
    if (c.timezone.empty()) {
        return core::zone::of_system();
    }
    const core::result<core::zone> found = core::zone::find(c.timezone);
    return found ? *found : core::zone::utc();
}

void page_view::refresh(const page_facts& f, std::stop_token stop) {
    plans_.use(f.settings, f.daemon.seed);
    recoveries_.refresh(f.daemon.store, f.now, std::move(stop));
}

std::string page_view::outlook(const page_facts& f, std::stop_token stop) {
    refresh(f, stop);
    const core::zone zone = zone_of(*f.settings);
    const local_day day = day_at(f.now, zone);
    const stores::day_record record = stores::read_day(f.daemon.store, {.from = day.from, .to = day.to}, stop);
    const std::vector<group_today> all = sort_today(f, record, plans_, day);
    const json looked{{"as_of", core::utc_text(f.now)},
                      {"zone", zone.name()},
                      {"today", sums_json(all, record, day)},
                      {"under_way", under_way_json(all, recoveries_)},
                      {"groups", outlook_rows(all, recoveries_)}};
    return core::json_line(looked);
}

std::string page_view::glance(const page_facts& f, const glance_question& q, std::stop_token stop) {
    refresh(f, stop);
    const core::zone zone = zone_of(*f.settings);
    const local_day day = day_at(f.now, zone);
    const stores::day_record record = stores::read_day(f.daemon.store, {.from = day.from, .to = day.to}, stop);
    const std::vector<group_today> all = sort_today(f, record, plans_, day);
    std::vector<group_today> shown;
    std::ranges::copy_if(all, std::back_inserter(shown), [&q](const group_today& g) {
        return q.find.empty() || g.group->name.find(q.find) != std::string::npos;
    });
    mark_budget budget;
    json rows = json::array();
    for (const group_today& g : shown) {
        if (rows.size() < q.rows) {
            rows.push_back(row_json(g, f, plans_, day, budget));
        }
    }
    const std::vector<const stores::target_past*> pasts = recoveries_.rows();
    const std::size_t drawn = std::min(q.targets, pasts.size());
    const json snapshot{{"as_of", core::utc_text(f.now)},
                        {"event_id", f.event_id},
                        {"version", MAYHEM_VERSION},
                        {"pid", ::getpid()},
                        {"host", host_name()},
                        {"zone", zone.name()},
                        {"phase", f.daemon.phase},
                        {"dry_run", f.daemon.dry_run},
                        {"started_at", core::utc_text(f.daemon.started_at)},
                        {"life", f.daemon.life},
                        {"seed", std::to_string(f.daemon.seed)},
                        {"config", f.daemon.config_file},
                        {"store", store_of(f)},
                        {"alerts", alerts_of(f)},
                        {"halt", halt_of(f)},
                        {"next", next_of(all)},
                        {"today", sums_json(all, record, day)},
                        {"groups", all.size()},
                        {"rows_left", rest_json(shown, rows.size(), f, day)},
                        {"rows", std::move(rows)},
                        {"under_way", under_way_json(all, recoveries_)},
                        {"recoveries", recoveries_of(pasts, drawn)},
                        {"recoveries_left", left_of(pasts, drawn)},
                        {"reach", reach_of(record, recoveries_)},
                        {"eligible", units_of(all, f)},
                        {"outside", outside_json(f.daemon.store, day.from, day.to)},
                        {"events", events_of(record)}};
    return core::json_line(snapshot);
}

}  // namespace mayhem::app
