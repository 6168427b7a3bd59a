#include "api/history_json.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

using nlohmann::json;

namespace {

json seconds(const std::optional<core::duration>& d) { return d ? json(core::to_seconds(*d)) : json(); }

json reach_json(const std::vector<core::fate>& reach) {
    json all = json::array();
    for (const core::fate& f : reach) {
        const bool is_known = f.has_fallen.has_value();
        all.push_back({{"id", f.who.id},
                       {"because", f.who.because},
                       {"is_member", f.who.is_meant},
                       {"is_part", f.who.is_part},
                       {"is_foretold", f.is_foretold},
                       {"incarnation_before", f.who.incarnation},
                       {"incarnation_after", f.incarnation_after},
                       {"has_fallen", is_known ? json(*f.has_fallen) : json()},
                       {"back_seconds", is_known && f.back ? json(core::to_seconds(*f.back)) : json()}});
    }
    return all;
}

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

/// What an attempt of a fleet's record lacks is null, whatever stands for it where it is known.
json of_fleet(json attempt, const stores::history_row& row) {
    for (const std::string_view field : not_in_fleet_record) {
        attempt[std::string(field)] = nullptr;
    }
    attempt["incarnation_before"] = or_null(row.incarnation_before);
    attempt["host"] = row.host;
    return attempt;
}

}  // namespace

json span_json(const core::span_facts* s) {
    if (s == nullptr) {
        return nullptr;
    }
    return {{"asked_seconds", core::to_seconds(s->asked)},
            {"held_seconds", core::to_seconds(s->held)},
            {"ended_by", core::to_string(s->ended_by)},
            {"effect", s->effect.text},
            {"no_effect_seen", s->effect.is_none},
            {"stuck", or_null(s->stuck)},
            {"green", s->during.green},
            {"red", s->during.red},
            {"first_red_seconds", seconds(s->during.first_red)}};
}

nlohmann::json attempt_json(const stores::history_row& row) {
    const auto text = [](const auto& value) { return value ? json(std::string(core::to_string(*value))) : json(); };
    return {{"message", row.message.to_string()},
            {"group", row.group},
            {"target", row.target},
            {"name", row.name},
            {"incarnation_before", row.incarnation_before},
            {"incarnation_after", row.incarnation_after},
            {"message_state", row.message_state},
            {"planned_at", core::utc_text(row.planned_at)},
            {"attempt", row.attempt},
            {"started_at", core::utc_text(row.started_at)},
            {"ended_at", row.ended_at ? json(core::utc_text(*row.ended_at)) : json()},
            {"verdict", text(row.verdict)},
            {"disposition", text(row.disposition)},
            {"refused_by", text(row.refused_by)},
            {"recovery_seconds", seconds(row.recovery)},
            {"action", or_null(row.act.empty() ? row.what.name : row.act)},
            {"parameters", or_null(row.what.with)},
            {"pace", text(row.pace)},
            {"usual_seconds", seconds(row.usual)},
            {"stopped_seconds", seconds(row.stages.stopped)},
            {"started_seconds", seconds(row.stages.started)},
            {"span", span_json(row.span.get())},
            {"error", row.error},
            {"reach", reach_json(row.reach)}};
}

nlohmann::json skip_json(const stores::skip_row& row) {
    return {{"group", row.group},
            {"planned_at", core::utc_text(row.planned_at)},
            {"noticed_at", core::utc_text(row.at)},
            {"moments", row.moments},
            {"reason", row.reason ? json(std::string(core::to_string(*row.reason))) : json()},
            {"target", row.target.empty() ? json() : json(row.target)},
            {"detail", row.detail}};
}

std::string to_json(const stores::history& h) {
    json attempts = json::array();
    for (const stores::history_row& row : h.attempts) {
        attempts.push_back(h.is_of_fleet ? of_fleet(attempt_json(row), row) : attempt_json(row));
    }
    json skips = json::array();
    for (const stores::skip_row& row : h.skips) {
        skips.push_back(skip_json(row));
        if (h.is_of_fleet) {
            skips.back()["host"] = or_null(row.host);
        }
    }
    json all{{"attempts", std::move(attempts)}, {"skips", std::move(skips)}, {"is_cut", h.is_cut}};
    if (h.is_of_fleet) {
        all["not_held"] = not_in_fleet_record;
    }
    return core::json_text(all);
}

}  // namespace mayhem::app
