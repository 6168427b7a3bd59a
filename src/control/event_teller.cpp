#include "control/event_teller.hpp"

#include <nlohmann/json.hpp>

#include "control/moment.hpp"

namespace mayhem::control {

namespace {

using nlohmann::json;

std::string one_line(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string_view to_string(ports::step_kind k) noexcept {
    switch (k) {
        using enum ports::step_kind;
        case published: return "published";
        case pulled: return "pulled";
        case extended: return "extended";
        case saved: return "saved";
        case restarted: return "restarted";
        case restart_failed: return "restart_failed";
        case failed: return "failed";
        case recovered: return "recovered";
        case not_recovered: return "not_recovered";
        case refused: return "refused";
        case lease_lost: return "lease_lost";
        case acked: return "acked";
        case nacked: return "nacked";
        case dead_lettered: break;
    }
    return "dead_lettered";
}

std::string to_json(const ports::step& s, core::wall_time at) {
    json j{{"at", utc_text(at)},
           {"message", s.message.id.to_string()},
           {"group", s.message.group},
           {"target", s.message.target.id},
           {"attempt", s.attempt}};
    if (s.length != core::duration{}) {
        j["seconds"] = std::chrono::duration<double>(s.length).count();
    }
    if (s.refused_by) {
        j["refused_by"] = core::to_string(*s.refused_by);
    }
    if (!s.detail.empty()) {
        j["detail"] = s.detail;
    }
    return one_line(j);
}

void event_teller::observe(const ports::step& s) noexcept {
    if (stream_.has_subscribers()) {
        stream_.publish(to_string(s.kind), to_json(s, clock_.wall_now()));
    }
}

void event_teller::warn(std::string_view text) noexcept {
    if (stream_.has_subscribers()) {
        stream_.publish("warning", one_line(json{{"at", utc_text(clock_.wall_now())}, {"text", text}}));
    }
}

}  // namespace mayhem::control
