#include "api/page/outlook_json.hpp"

#include <map>
#include <string_view>

#include <nlohmann/json.hpp>

#include "api/page/recovery_json.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

constexpr std::size_t under_way_max = 12;

/// Of each group the target that was acted on last, as far as the end of that is known.
std::map<std::string_view, const stores::recovery_row*> last_acts(const stores::recovery_book& book) {
    std::map<std::string_view, const stores::recovery_row*> newest;
    for (const stores::target_past* const p : book.rows()) {
        if (!p->row.last) {
            continue;
        }
        const stores::recovery_row*& known = newest[p->row.group];
        if (known == nullptr || known->last->started_at < p->row.last->started_at) {
            known = &p->row;
        }
    }
    return newest;
}

json last_json(const stores::recovery_row& row) {
    const stores::history_row& last = *row.last;
    const bool is_back = last.verdict == core::verdict::recovered && last.recovery;
    return {{"at", core::utc_text(last.started_at)},
            {"target", row.target},
            {"name", row.name},
            {"verdict", last.verdict ? json(std::string(core::to_string(*last.verdict))) : json()},
            {"seconds", is_back ? json(core::to_seconds(*last.recovery)) : json()},
            {"word", std::string(to_string(row.word))},
            {"message", last.message.to_string()}};
}

}  // namespace

json under_way_json(const std::vector<group_today>& groups, const stores::recovery_book& book) {
    json all = json::array();
    for (const group_today& g : groups) {
        for (const stores::history_row* const r : g.open) {
            if (all.size() == under_way_max) {
                return all;
            }
            const stores::target_past* const past = book.find(r->group, r->target);
            const act_now act = g.group->of(r->what);
            const bool lasts = act.lasts.count() > 0;
            const core::wall_time until = r->started_at + std::chrono::duration_cast<core::duration>(act.lasts);
            all.push_back({{"message", r->message.to_string()},
                           {"group", r->group},
                           {"target", r->target},
                           {"name", r->name},
                           {"action", act.what.name},
                           {"began_at", core::utc_text(r->started_at)},
                           {"until", lasts ? json(core::utc_text(until)) : json()},
                           {"attempt", r->attempt},
                           {"usual", past == nullptr ? json() : usual_json(past->row.usual)}});
        }
    }
    return all;
}

json outlook_rows(const std::vector<group_today>& groups, const stores::recovery_book& book) {
    const auto last = last_acts(book);
    json all = json::array();
    for (const group_today& g : groups) {
        const auto known = last.find(g.group->name);
        all.push_back(
            {{"group", g.group->name},
             {"driver", g.group->driver},
             {"action", g.group->act},
             {"targets", g.group->members},
             {"under_way", g.open.size()},
             {"next", g.next ? json(core::utc_text(*g.next)) : json()},
             {"refused_by", g.next && g.refused_by ? json(std::string(core::to_string(*g.refused_by))) : json()},
             {"last", known == last.end() ? json() : last_json(*known->second)},
             {"breaker", g.group->breaker ? json(g.group->breaker->reason) : json()}});
    }
    return all;
}

}  // namespace mayhem::app
