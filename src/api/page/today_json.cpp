#include "api/page/today_json.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;
using stores::act_kind;

constexpr std::size_t planned_marks_max = 24;

json mark_json(const stores::history_row& r, const group_now& g, bool is_open) {
    const act_kind kind = stores::kind_of(r.verdict);
    const bool is_gone = kind == act_kind::under_way && !is_open;
    json j{{"at", core::utc_text(r.started_at)},
           {"kind", is_gone                                     ? "unwatched"
                    : is_open && g.of(r.what).lasts.count() > 0 ? "fault"
                                                                : std::string(to_string(kind))},
           {"message", r.message.to_string()},
           {"target", r.name}};
    if (r.recovery && (kind == act_kind::recovered || kind == act_kind::not_tolerated || kind == act_kind::aborted ||
                       kind == act_kind::no_effect)) {
        j["seconds"] = core::to_seconds(*r.recovery);
        j["is_slow"] = r.pace == core::pace::slow;
    }
    if (r.refused_by) {
        j["refused_by"] = std::string(core::to_string(*r.refused_by));
    }
    return j;
}

json past_marks(const group_today& g) {
    json marks = json::array();
    for (const stores::history_row* const r : g.attempts) {
        const auto is_same = [r](const stores::history_row* o) {
            return o->message == r->message && o->attempt == r->attempt;
        };
        marks.push_back(mark_json(*r, *g.group, std::ranges::any_of(g.open, is_same)));
    }
    for (const stores::skip_row* const s : g.skips) {
        marks.push_back({{"at", core::utc_text(s->planned_at)},
                         {"kind", s->reason ? std::string(core::to_string(*s->reason)) : "missed"},
                         {"moments", s->moments}});
    }
    return marks;
}

json bins_json(const group_today& g) {
    json bins = json::array();
    for (const auto& [bin, counts] : g.bins) {
        json one{{"bin", bin}};
        for (const auto& [kind, count] : counts) {
            one[std::string(to_string(kind))] = count;
        }
        bins.push_back(std::move(one));
    }
    return bins;
}

json planned_marks(const group_today& g, const page_facts& f, std::size_t max) {
    json marks = json::array();
    if (g.plan == nullptr) {
        return marks;
    }
    for (const core::wall_time m : g.plan->moments) {
        if (m > f.now && marks.size() < std::min(max, planned_marks_max)) {
            marks.push_back(
                {{"at", core::utc_text(m)},
                 {"kind", "planned"},
                 {"refused_by", g.refused_by ? json(std::string(core::to_string(*g.refused_by))) : json()}});
        }
    }
    return marks;
}

std::optional<std::string> closed_because(const group_today& g, const page_facts& f, const local_day& day) {
    if (g.plan == nullptr || !g.plan->windows.empty()) {
        return std::nullopt;
    }
    const pipeline::group_settings* const s = find_settings(f, g.group->name);
    if (s == nullptr || !s->schedule) {
        return std::nullopt;
    }
    const core::calendar calendar(s->schedule->allowed);
    const auto noon = std::chrono::floor<std::chrono::seconds>(day.from + (day.to - day.from) / 2);
    return calendar.closed(noon) == core::guard::excluded_day ? "excluded_day" : "outside_hours";
}

}  // namespace

json row_json(const group_today& g, const page_facts& f, plan_book& plans, const local_day& day, mark_budget& budget) {
    json windows = json::array();
    if (g.plan != nullptr) {
        for (const core::calendar::span& w : g.plan->windows) {
            windows.push_back({core::utc_text(w.begin), core::utc_text(w.end)});
        }
    }
    const core::planner* const planner = plans.planner(g.group->name);
    const std::optional<std::string> closed = closed_because(g, f, day);
    const std::chrono::nanoseconds lasts = g.lasts();
    json row{
        {"group", g.group->name},
        {"driver", g.group->driver},
        {"action", g.group->act},
        {"lasts_seconds", lasts.count() > 0 ? json(core::to_seconds(lasts)) : json()},
        {"zone", planner == nullptr ? json() : json(planner->schedule().allowed.zone.name())},
        {"has_plan", planner != nullptr},
        {"targets", g.group->members > 0 ? json(g.group->members) : json()},
        {"windows", std::move(windows)},
        {"closed_because", closed ? json(*closed) : json()},
        {"hours", plans.hours(g.group->name)},
        {"done", g.acts()},
        {"refused", g.count(act_kind::refused)},
        {"planned", g.planned},
        {"planned_is_cut", g.plan != nullptr && g.plan->is_cut},
        {"planned_refused", g.refused_by ? g.planned : 0},
        {"under_way", g.open.size()},
        {"fault_stands", g.stands()},
        {"breaker", nullptr},
        {"next", g.next ? json(core::utc_text(*g.next)) : json()},
        {"next_action", g.next ? json(g.next_act.name.empty() ? g.group->act : core::describe(g.next_act)) : json()},
        {"bins", nullptr}};
    if (g.group->breaker) {
        row["breaker"] = {{"since", core::utc_text(g.group->breaker->opened_at)}, {"reason", g.group->breaker->reason}};
    }
    const std::size_t drawn = g.attempts.size() + g.skips.size();
    std::size_t attempts = 0;
    for (const auto& [kind, count] : g.counts) {
        attempts += count;
    }
    const bool fits = g.attempts.size() == attempts && drawn <= std::min(budget.row, budget.left);
    row["marks"] = fits ? past_marks(g) : json::array();
    if (fits) {
        budget.left -= drawn;
    } else {
        row["bins"] = bins_json(g);
    }
    json planned = planned_marks(g, f, budget.left);
    budget.left -= planned.size();
    for (json& m : planned) {
        row["marks"].push_back(std::move(m));
    }
    return row;
}

json sums_json(const std::vector<group_today>& groups, const stores::day_record& d, const local_day& day) {
    std::map<act_kind, std::size_t> counts;
    for (const stores::day_count& c : d.counts) {
        counts[c.kind] += c.count;
    }
    std::size_t planned = 0;
    std::size_t planned_refused = 0;
    for (const group_today& g : groups) {
        planned += g.planned;
        planned_refused += g.refused_by ? g.planned : 0;
    }
    std::int64_t without_message = 0;
    for (const stores::skip_row& s : d.skips) {
        without_message += s.moments;
    }
    const std::size_t under_way = std::min(counts[act_kind::under_way], d.open.size());
    const std::size_t unwatched = counts[act_kind::unwatched] + counts[act_kind::under_way] - under_way;
    return {{"from", core::utc_text(day.from)},
            {"to", core::utc_text(day.to)},
            {"acts", counts[act_kind::recovered] + counts[act_kind::not_recovered] + counts[act_kind::not_tolerated] +
                         counts[act_kind::aborted] + counts[act_kind::no_effect] + counts[act_kind::fault_stuck] +
                         unwatched + under_way},
            {"recovered", counts[act_kind::recovered]},
            {"not_recovered", counts[act_kind::not_recovered]},
            {"not_tolerated", counts[act_kind::not_tolerated]},
            {"aborted", counts[act_kind::aborted]},
            {"no_effect", counts[act_kind::no_effect]},
            {"fault_stuck", counts[act_kind::fault_stuck]},
            {"under_way", under_way},
            {"unwatched", unwatched},
            {"failed", counts[act_kind::failed]},
            {"refused", counts[act_kind::refused]},
            {"without_message", without_message},
            {"planned", planned},
            {"planned_refused", planned_refused}};
}

json rest_json(const std::vector<group_today>& groups, std::size_t from, const page_facts& f, const local_day& day) {
    std::map<std::size_t, std::pair<std::size_t, std::size_t>> bins;
    for (std::size_t i = from; i < groups.size(); ++i) {
        for (const auto& [bin, counts] : groups[i].bins) {
            for (const auto& [kind, count] : counts) {
                bins[bin].first += count;
            }
        }
        if (groups[i].plan == nullptr) {
            continue;
        }
        for (const core::wall_time m : groups[i].plan->moments) {
            if (m > f.now) {
                ++bins[static_cast<std::size_t>((m - day.from) / stores::day_bin)].second;
            }
        }
    }
    json all = json::array();
    for (const auto& [bin, done_and_planned] : bins) {
        all.push_back({bin, done_and_planned.first, done_and_planned.second});
    }
    return {{"groups", groups.size() - std::min(from, groups.size())}, {"bins", std::move(all)}};
}

}  // namespace mayhem::app
