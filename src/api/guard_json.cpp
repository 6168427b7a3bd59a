#include "api/guard_json.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

json target_json(const group_view& g, const target_verdict& t) {
    const core::guard_answer* const no = t.refusal();
    return {{"group", g.group},
            {"action", g.what.name},
            {"parameters", g.what.with},
            {"next", g.next ? json(core::utc_text(*g.next)) : json()},
            {"target", t.target.id},
            {"name", t.target.name},
            {"incarnation", t.target.incarnation},
            {"eligible", no == nullptr},
            {"refused_by", no == nullptr ? json() : json(std::string(core::to_string(no->guard)))}};
}

}  // namespace

std::string eligible_json(const std::vector<group_view>& groups) {
    json targets = json::array();
    json troubles = json::object();
    json warnings = json::array();
    for (const group_view& g : groups) {
        for (const target_verdict& v : g.targets) {
            targets.push_back(target_json(g, v));
        }
        if (!g.trouble.empty()) {
            troubles[g.group] = g.trouble;
        }
        for (const std::string& warning : g.warnings) {
            warnings.push_back({{"group", g.group}, {"text", warning}});
        }
    }
    return core::json_text(
        json{{"targets", std::move(targets)}, {"troubles", std::move(troubles)}, {"warnings", std::move(warnings)}});
}

std::string why_json(const std::vector<group_view>& groups) {
    json all = json::array();
    for (const group_view& g : groups) {
        for (const target_verdict& v : g.targets) {
            json one = target_json(g, v);
            one["guards"] = json::array();
            for (const core::guard_answer& a : v.answers) {
                one["guards"].push_back({{"guard", std::string(core::to_string(a.guard))},
                                         {"refuses", a.refuses},
                                         {"looked_at", a.looked_at}});
            }
            all.push_back(std::move(one));
        }
    }
    return core::json_text(json{{"targets", std::move(all)}});
}

}  // namespace mayhem::app
