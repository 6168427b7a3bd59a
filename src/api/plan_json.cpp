#include "api/plan_json.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

std::string_view name_of(seed_origin o) {
    switch (o) {
        case seed_origin::flag: return "flag";
        case seed_origin::config: return "config";
        case seed_origin::record: return "record";
        case seed_origin::drawn: break;
    }
    return "drawn";
}

}  // namespace

std::string to_json(const printed_plan& p) {
    json moments = json::array();
    for (const planned_moment& m : p.moments) {
        moments.push_back({{"at", core::utc_text(m.at)},
                           {"local", m.local},
                           {"timezone", m.zone},
                           {"group", m.group},
                           {"message", m.message.to_string()},
                           {"action", m.what.name},
                           {"parameters", m.what.with},
                           {"draw", m.draw}});
    }
    json all{{"seed", p.seed},
             {"seed_from", name_of(p.origin)},
             {"printed_at", core::utc_text(p.printed_at)},
             {"dry_run", p.is_dry_run},
             {"moments", std::move(moments)},
             {"is_cut", p.is_cut},
             {"unplanned_groups", p.unplanned},
             {"warnings", p.warnings}};
    if (!p.windows.empty()) {
        json windows = json::array();
        for (const allowed_window& w : p.windows) {
            windows.push_back({{"group", w.group}, {"from", core::utc_text(w.from)}, {"to", core::utc_text(w.to)}});
        }
        all["windows"] = std::move(windows);
    }
    return core::json_text(all);
}

}  // namespace mayhem::app
