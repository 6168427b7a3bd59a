#include "api/page/recovery_json.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/moment_text.hpp"
#include "stores/notes/mark_file.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

constexpr std::size_t lanes_max = 12;
constexpr std::size_t outside_max = 50;

bool is_back(const stores::history_row& r) { return r.verdict == core::verdict::recovered && r.recovery; }

json lane(const std::string& id, const std::string& why, std::string_view kind, json to, json usual) {
    const bool is_down = kind != "unharmed";
    return {{"id", id},
            {"count", is_down ? 1 : 0},
            {"of", 1},
            {"why", why},
            {"kind", kind},
            {"from", nullptr},
            {"to", std::move(to)},
            {"usual", std::move(usual)}};
}

}  // namespace

json usual_json(const std::optional<core::usual_recovery>& u) {
    return u ? json{{"p10", core::to_seconds(u->p10)},
                    {"p50", core::to_seconds(u->p50)},
                    {"p90", core::to_seconds(u->p90)},
                    {"n", u->count}}
             : json();
}

json past_json(const stores::target_past& p) {
    json points = json::array();
    for (const stores::history_row& r : p.acts) {
        points.push_back(is_back(r) ? json(core::to_seconds(*r.recovery)) : json());
    }
    json j{{"group", p.row.group},
           {"target", p.row.target},
           {"name", p.row.name},
           {"action", p.row.act.empty() ? json() : json(p.row.act)},
           {"points", std::move(points)},
           {"usual", usual_json(p.row.usual)},
           {"word", std::string(to_string(p.row.word))},
           {"factor", p.row.factor > 0 ? json(p.row.factor) : json()},
           {"last", nullptr}};
    if (p.row.last) {
        const stores::history_row& last = *p.row.last;
        j["last"] = {
            {"at", core::utc_text(last.started_at)},
            {"seconds", is_back(last) ? json(core::to_seconds(*last.recovery)) : json()},
            {"gave_up_seconds", !is_back(last) && last.recovery ? json(core::to_seconds(*last.recovery)) : json()},
            {"verdict", last.verdict ? json(std::string(core::to_string(*last.verdict))) : json()},
            {"message", last.message.to_string()}};
    }
    return j;
}

json lanes_json(const stores::history_row& r, const std::optional<core::usual_recovery>& usual) {
    json lanes = json::array();
    const json took = is_back(r) ? json(core::to_seconds(*r.recovery)) : json();
    lanes.push_back(lane(r.target, "the victim", "down", took, usual ? json(core::to_seconds(usual->p50)) : json()));
    std::vector<const core::fate*> fates;
    for (const core::fate& f : r.reach) {
        if (f.has_fallen) {
            fates.push_back(&f);
        }
    }
    std::ranges::stable_sort(fates, std::ranges::greater{}, [](const core::fate* f) { return *f->has_fallen; });
    for (const core::fate* const f : fates) {
        if (lanes.size() < lanes_max) {
            lanes.push_back(lane(f->who.id, f->who.because, *f->has_fallen ? "down" : "unharmed",
                                 *f->has_fallen && f->back ? json(core::to_seconds(*f->back)) : json(), json()));
        }
    }
    return {{"message", r.message.to_string()},
            {"group", r.group},
            {"target", r.target},
            {"name", r.name},
            {"action", r.act.empty() ? json() : json(r.act)},
            {"acted_at", core::utc_text(r.started_at)},
            {"lanes_left", fates.size() + 1 - lanes.size()},
            {"lanes", std::move(lanes)}};
}

json outside_json(const std::filesystem::path& store, core::wall_time from, core::wall_time to) {
    json all = json::array();
    for (const stores::outside_mark& m : stores::mark_file(store.parent_path()).read()) {
        if (m.at >= from && m.at < to) {
            all.push_back({{"at", core::utc_text(m.at)}, {"who", m.who}, {"text", m.text}});
        }
    }
    if (all.size() > outside_max) {
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(outside_max));
    }
    return all;
}

}  // namespace mayhem::app
