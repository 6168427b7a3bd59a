#include "api/report_json.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "api/history_json.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

json to_json(const stores::attempt_counts& c) {
    json j{{"attempts", c.attempts},
           {"restarts", c.restarts},
           {"recovered", c.recovered},
           {"not_recovered", c.not_recovered},
           {"unstable", c.unstable},
           {"not_tolerated", c.not_tolerated},
           {"aborted", c.aborted},
           {"no_effect", c.no_effect},
           {"fault_stuck", c.fault_stuck},
           {"taken_over", c.taken_over},
           {"not_ended", c.not_ended},
           {"unwatched", c.unwatched},
           {"unrecorded", c.unrecorded},
           {"refused", c.refused},
           {"failed", c.failed},
           {"others_fell", c.others_fell},
           {"others_unforetold", c.others_unforetold},
           {"others_stayed_down", c.others_stayed_down},
           {"interrupted", c.interrupted},
           {"open", c.open},
           {"recovery_seconds", nullptr},
           {"refused_by", json::object()}};
    for (const auto& [guard, count] : c.refused_by) {
        j["refused_by"][std::string(core::to_string(guard))] = count;
    }
    if (c.recovery) {
        j["recovery_seconds"] = {{"median", core::to_seconds(c.recovery->median)},
                                 {"p95", core::to_seconds(c.recovery->p95)},
                                 {"worst", core::to_seconds(c.recovery->worst)}};
    }
    return j;
}

json or_null(std::string_view text) { return text.empty() ? json() : json(std::string(text)); }

json to_json(const stores::recovery_row& row) {
    json j{{"group", row.group},
           {"target", row.target},
           {"name", row.name},
           {"action", or_null(row.act)},
           {"word", std::string(to_string(row.word))},
           {"usual", nullptr},
           {"factor", row.factor > 0 ? json(row.factor) : json()},
           {"last", nullptr}};
    if (row.usual) {
        j["usual"] = {{"p10", core::to_seconds(row.usual->p10)},
                      {"p50", core::to_seconds(row.usual->p50)},
                      {"p90", core::to_seconds(row.usual->p90)},
                      {"n", row.usual->count}};
    }
    if (row.last) {
        const bool is_back = row.last->verdict == core::verdict::recovered && row.last->recovery;
        j["last"] = {{"at", core::utc_text(row.last->started_at)},
                     {"seconds", is_back ? json(core::to_seconds(*row.last->recovery)) : json()},
                     {"verdict", std::string(core::to_string(*row.last->verdict))},
                     {"message", row.last->message.to_string()}};
    }
    return j;
}

constexpr std::array others{"others_fell", "others_unforetold", "others_stayed_down"};

/// What the record of a fleet does not hold is null; targets are told apart by their hosts as well.
void make_fleets(json& all, const stores::report& r) {
    const auto forget = [](json& counts) {
        for (const char* const field : others) {
            counts[field] = nullptr;
        }
    };
    forget(all["total"]);
    for (json& group : all["groups"]) {
        forget(group);
    }
    for (std::size_t i = 0; i < r.targets.size(); ++i) {
        forget(all["targets"][i]);
        all["targets"][i]["host"] = r.targets[i].host;
        all["targets"][i]["name"] = nullptr;
    }
    for (std::size_t i = 0; i < r.recoveries.size(); ++i) {
        all["recoveries"][i]["host"] = r.recoveries[i].host;
        all["recoveries"][i]["name"] = nullptr;
    }
    all["messages"] = nullptr;
    all["lasted"] = nullptr;
    all["not_held"] = json(others);
    for (const char* const field : {"name", "action", "messages", "lasted"}) {
        all["not_held"].push_back(field);
    }
}

}  // namespace

std::string to_json(const stores::report& r) {
    json all{{"from", r.from ? json(core::utc_text(*r.from)) : json()},
             {"to", r.to ? json(core::utc_text(*r.to)) : json()},
             {"is_cut", r.is_cut},
             {"total", to_json(r.total)},
             {"groups", json::array()},
             {"targets", json::array()},
             {"recoveries", json::array()},
             {"lasted", json::array()},
             {"refused_by", json::object()},
             {"skipped", json::object()}};
    for (const stores::group_report& g : r.groups) {
        json j = to_json(g.counts);
        j["group"] = g.group;
        all["groups"].push_back(std::move(j));
    }
    for (const stores::target_report& t : r.targets) {
        json j = to_json(t.counts);
        j["group"] = t.group;
        j["target"] = t.target;
        j["name"] = t.name;
        all["targets"].push_back(std::move(j));
    }
    for (const stores::recovery_row& row : r.recoveries) {
        all["recoveries"].push_back(to_json(row));
    }
    for (const stores::history_row& row : r.lasted) {
        all["lasted"].push_back(attempt_json(row));
    }
    for (const auto& [guard, count] : r.refused_by) {
        all["refused_by"][std::string(core::to_string(guard))] = count;
    }
    for (const auto& [reason, count] : r.skipped) {
        all["skipped"][std::string(core::to_string(reason))] = count;
    }
    all["messages"] = {{"journalled", r.messages.journalled}, {"running", r.messages.running},
                       {"nacked", r.messages.nacked},         {"acked", r.messages.acked},
                       {"expired", r.messages.expired},       {"dead_lettered", r.messages.dead_lettered}};
    if (r.is_of_fleet) {
        make_fleets(all, r);
    }
    return core::json_text(all);
}

}  // namespace mayhem::app
