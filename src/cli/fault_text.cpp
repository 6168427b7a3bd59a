#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/control_text.hpp"
#include "mayhem/core/act.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

std::string text(const json& j, const char* key) { return core::printable_text(j.at(key).get<std::string>()); }

/// ", held 30.0 s, green 28 of 28 (5 tasks)"; nothing of what did not stand.
std::string span_text(const json& s) {
    if (!s.is_object()) {
        return {};
    }
    std::string all = fmt::format(", held {:.1f} s", s.at("held_seconds").get<double>());
    const auto green = s.at("green").get<std::size_t>();
    const auto red = s.at("red").get<std::size_t>();
    if (red > 0) {
        all += fmt::format(", red from {:.1f} s, {} of {}", s.at("first_red_seconds").get<double>(), red, green + red);
    } else if (green > 0) {
        all += fmt::format(", green {} of {}", green, green);
    }
    const std::string effect = text(s, "effect");
    return all + (effect.empty() ? "" : " (" + effect + ")");
}

std::string outcome_text(const json& j) {
    const std::string state = text(j, "state");
    const std::string error = text(j, "error");
    if (state == "refused") {
        return "refused: " + text(j, "refused_by") + " (" + (error.empty() ? text(j, "explanation") : error) + ")";
    }
    if (state == "waiting" || state == "journalling") {
        return "asked for";
    }
    std::string all = state + span_text(j.at("span"));
    if (j.at("recovery_seconds").is_number()) {
        const bool is_back =
            state == "recovered" || state == "not_tolerated" || state == "aborted" || state == "no_effect";
        all += fmt::format(", {} {:.3f} s", is_back ? "back after" : "not back within",
                           j.at("recovery_seconds").get<double>());
    }
    return all + (error.empty() ? "" : ": " + error);
}

}  // namespace

std::string fault_text(const json& j) {
    const core::act what{.name = text(j, "action"), .with = text(j, "parameters")};
    return fmt::format("{} of {} in group '{}': {} (message {})\n", core::describe(what), text(j, "name"),
                       text(j, "group"), outcome_text(j), text(j, "message"));
}

}  // namespace mayhem::cli
