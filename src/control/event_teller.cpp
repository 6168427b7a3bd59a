#include "control/event_teller.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/time.hpp"
#include "telemetry/journal_event.hpp"

namespace mayhem::control {

namespace {

using nlohmann::json;

}  // namespace

std::string to_json(const ports::step& s, core::wall_time at) {
    json j{{"at", core::utc_text(at)},
           {"message", s.message.id.to_string()},
           {"group", s.message.group},
           {"target", s.message.target.id},
           {"attempt", s.attempt}};
    if (s.length != core::duration{}) {
        j["seconds"] = core::to_seconds(s.length);
    }
    if (s.slower != nullptr) {
        j["usual_seconds"] = core::to_seconds(s.slower->usual);
        j["factor"] = s.slower->factor;
    }
    if (s.refused_by) {
        j["refused_by"] = core::to_string(*s.refused_by);
    }
    if (const std::string_view action = s.action.empty() ? s.message.act.name : s.action; !action.empty()) {
        j["action"] = action;
    }
    if (!s.detail.empty()) {
        j["detail"] = s.detail;
    }
    return core::json_line(j);
}

void event_teller::observe(const ports::step& s) noexcept {
    if (stream_.has_subscribers()) {
        stream_.publish(ports::to_string(s.kind), to_json(s, clock_.wall_now()));
    }
}

void event_teller::skipped(const core::skip& s) noexcept {
    if (stream_.has_subscribers()) {
        stream_.publish("skipped", core::json_line(json{{"at", core::utc_text(clock_.wall_now())},
                                                        {"group", s.group},
                                                        {"planned_at", core::utc_text(s.planned_at)},
                                                        {"moments", s.moments},
                                                        {"reason", core::to_string(s.reason)},
                                                        {"detail", s.detail}}));
    }
}

void event_teller::warn(std::string_view text) noexcept {
    if (stream_.has_subscribers()) {
        stream_.publish("warning", core::json_line(json{{"at", core::utc_text(clock_.wall_now())}, {"text", text}}));
    }
}

}  // namespace mayhem::control
