#include "probes/alertmanager_answer.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/first_few.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "probes/answer_text.hpp"

namespace mayhem::probes {

namespace {

using nlohmann::json;

/// The text at `key` of the object at `part`; nothing where there is none.
std::optional<std::string> text_in(const json& alert, const char* part, const char* key) {
    if (!alert.is_object() || !alert.contains(part) || !alert[part].is_object() || !alert[part].contains(key) ||
        !alert[part][key].is_string()) {
        return std::nullopt;
    }
    return alert[part][key].get<std::string>();
}

/// "HighErrors since 2026-11-30T05:12:00.123000Z".
std::string describe_alert(const json& alert) {
    const bool has_start = alert.contains("startsAt") && alert["startsAt"].is_string();
    const auto since = has_start ? core::parse_moment(alert["startsAt"].get_ref<const std::string&>()) : std::nullopt;
    return shortened(text_in(alert, "labels", "alertname").value_or("an alert without a name")) +
           (since ? " since " + core::utc_text(*since) : "");
}

/// The error texts of API v2 are bare JSON strings; those of proxies are not.
std::string message_of(const json& body) {
    if (body.is_string()) {
        return shortened(body.get<std::string>());
    }
    const bool has_message = body.is_object() && body.contains("message") && body["message"].is_string();
    return has_message ? shortened(body["message"].get<std::string>()) : std::string();
}

}  // namespace

ports::probe_result judge_alertmanager(int status, std::string_view body) {
    const json alerts = core::parse_json<json>(body);
    if (!is_success(status)) {
        const std::string said = message_of(alerts);
        return fails(describe_status(status) + (said.empty() ? "" : ": " + said));
    }
    if (!alerts.is_array()) {
        return fails(
            "is no answer of Alertmanager: " + std::string(alerts.is_discarded() ? "no JSON" : "unexpected JSON") +
            "; is the URL that of its server?");
    }
    std::vector<std::string> firing;
    for (const json& alert : alerts) {
        const std::optional<std::string> state = text_in(alert, "status", "state");
        if (!state) {
            return fails("is no answer of Alertmanager: an alert without a state");
        }
        if (*state != "suppressed") {
            firing.push_back(describe_alert(alert));
        }
    }
    if (!firing.empty()) {
        return fails(std::to_string(firing.size()) + (firing.size() == 1 ? " alert fires: " : " alerts fire: ") +
                     core::first_few(firing, named_max));
    }
    return {.passes = true, .detail = "no alert fires"};
}

}  // namespace mayhem::probes
