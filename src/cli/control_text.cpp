#include "cli/control_text.hpp"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/table.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

/// On one line, whoever made it.
std::string text(const json& j, const char* key) { return core::printable_text(j.at(key).get<std::string>()); }

}  // namespace

std::string tasks_text(const json& j) {
    std::string all;
    for (const json& t : j.at("tasks")) {
        all += core::printable_lines(t.at("text").get<std::string>());
    }
    return all;
}

std::string targets_text(const json& j, std::size_t room) {
    table t({{.title = "GROUP", .width_min = 8},
             {.title = "DRIVER", .may_go = 1},
             {.title = "TARGET", .width_min = 20},
             {.title = "NAME", .may_go = 2, .width_min = 12},
             {.title = "INCARNATION", .width_min = 12}});
    std::string troubles;
    for (const json& g : j.at("groups")) {
        for (const json& one : g.at("targets")) {
            t.add_row(
                {text(g, "group"), text(g, "driver"), text(one, "id"), text(one, "name"), text(one, "incarnation")});
        }
        if (g.contains("error")) {
            troubles += "Group " + text(g, "group") + ": " + text(g, "error") + "\n";
        }
    }
    return (t.empty() ? "Nothing matches.\n" : t.to_text(room)) + troubles;
}

std::string restart_text(const json& j) {
    const std::string state = text(j, "state");
    const std::string whom = text(j, "name") + " in group '" + text(j, "group") + "'";
    const std::string more = " (message " + text(j, "message") + ")\n";
    const std::string error = text(j, "error");
    const std::string why = error.empty() ? "" : ": " + error;
    if (state == "refused") {
        // What the driver says of its own refusal says more.
        return "Refused to restart " + whom + ": " + text(j, "refused_by") + " (" +
               (error.empty() ? text(j, "explanation") : error) + ")" + more;
    }
    if (state == "recovered") {
        return fmt::format("Restarted {}, back after {:.3f} s{}", whom, j.at("recovery_seconds").get<double>(), more);
    }
    if (state == "not_recovered") {
        return fmt::format("Restarted {}, NOT back within {:.1f} s{}{}", whom, j.at("recovery_seconds").get<double>(),
                           why, more);
    }
    if (state == "not_tolerated") {
        return fmt::format("{} is back after {:.3f} s, and did NOT tolerate what was done to it{}{}", whom,
                           j.at("recovery_seconds").get<double>(), why, more);
    }
    if (state == "aborted") {
        return fmt::format("{} is back after {:.3f} s, and what was done to it was BROKEN OFF{}{}", whom,
                           j.at("recovery_seconds").get<double>(), why, more);
    }
    if (state == "no_effect") {
        return fmt::format("{} is there {:.3f} s after what was done to it, which had NO EFFECT{}{}", whom,
                           j.at("recovery_seconds").get<double>(), why, more);
    }
    if (state == "fault_stuck") {
        return fmt::format("What was done to {} COULD NOT BE UNDONE{}{}", whom, why, more);
    }
    if (state == "not_ended") {
        return fmt::format("Told {} to end, and it did NOT within {:.1f} s{}{}", whom,
                           j.at("recovery_seconds").get<double>(), why, more);
    }
    if (state == "taken_over") {
        return "Restarted " + whom + ", which is somebody else's now" + why + more;
    }
    if (state == "unstable") {
        return "Restarted " + whom + ", came back and did NOT stay" + why + more;
    }
    if (state == "dead_lettered") {
        return "Could not restart " + whom + ", given up" + why + more;
    }
    if (state == "retrying") {
        return "Could not restart " + whom + " yet, it is tried again" + why + more;
    }
    if (state == "unwatched") {
        return "Restarted " + whom + "; the daemon ended before it could see it back" + more;
    }
    return "Asked to restart " + whom + more;
}

std::string event_text(const std::string& name, const json& j) {
    std::string line = core::printable_text(j.value("at", std::string()).substr(0, 19) + "Z " + name);
    for (const char* key :
         {"group", "host", "target", "refused_by", "door", "who", "why", "reason", "detail", "text"}) {
        if (const std::string value = j.value(key, std::string()); !value.empty()) {
            line += " " + core::printable_text(value);
        }
    }
    if (j.contains("seconds")) {
        line += fmt::format(" {:.3f} s", j["seconds"].get<double>());
    }
    return line + "\n";
}

}  // namespace mayhem::cli
