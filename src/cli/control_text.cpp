#include "cli/control_text.hpp"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/table.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

/// On one line, whoever made it.
std::string text(const json& j, const char* key) { return core::printable_text(j.at(key).get<std::string>()); }

std::size_t number(const json& j, const char* key) { return j.at(key).get<std::size_t>(); }

std::string length(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds);
    if (whole < 60) {
        return fmt::format("{} s", whole);
    }
    return whole < 7200 ? fmt::format("{} min", whole / 60) : fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

/// "TITLE: a, b, c and 997 more": as many names as the line has room for, one at least.
std::string name_line(const std::string& title, const std::vector<std::string>& names) {
    constexpr std::size_t width = 80;
    const auto more = [&](std::size_t named) {
        return named < names.size() ? fmt::format(" and {} more", names.size() - named) : std::string();
    };
    std::string line = title + ":";
    std::size_t named = 0;
    for (; named < names.size(); ++named) {
        const std::string next = (named == 0 ? " " : ", ") + names[named];
        if (named > 0 && line.size() + next.size() + more(named + 1).size() > width) {
            break;
        }
        line += next;
    }
    return line + more(named) + "\n";
}

std::string groups_text(const json& groups) {
    std::vector<std::string> names;
    std::vector<std::string> broken;
    std::vector<std::string> dry;
    std::map<std::string, std::size_t> drivers;
    for (const json& g : groups) {
        names.push_back(text(g, "group"));
        if (g.value("dry_run", false)) {  // of a daemon that tells
            dry.push_back(names.back());
        }
        ++drivers[text(g, "driver")];
        if (g.contains("breaker") && g["breaker"].is_string()) {
            broken.push_back(names.back());
        }
    }
    std::vector<std::string> kinds;
    for (const auto& [driver, count] : drivers) {
        kinds.push_back(groups.size() == 1 ? driver : fmt::format("{} {}", count, driver));
    }
    std::string all =
        names.empty() ? "Groups: none\n" : name_line(fmt::format("Groups ({})", fmt::join(kinds, ", ")), names);
    if (!dry.empty() && dry.size() < names.size()) {
        all += name_line("Dry run", dry);
    }
    return broken.empty() ? all : all + name_line("Breaker open", broken);
}

/// What lasts, and stands now.
std::string standing_text(const json& spans) {
    std::string all;
    for (const json& s : spans) {
        const std::string effect = text(s, "effect");
        const std::string name = text(s, "name");
        if (s.at("until").is_string()) {
            all += fmt::format("{} is {} until {}{}\n", name, text(s, "done"), text(s, "until"),
                               effect.empty() ? "" : " (" + effect + ")");
        } else {
            all += fmt::format("{} may still be {}, and should not: Mayhem goes on trying to end it\n", name,
                               text(s, "done"));
        }
        if (const std::string see = text(s, "how_to_see"); !see.empty()) {
            all += "  see: " + see + "\n";
        }
    }
    return all;
}

}  // namespace

std::string halt_text(const json& j) {
    if (!j.at("is_halted").get<bool>()) {
        return "Not halted.\n";
    }
    std::string all;
    for (const json& r : j.at("reasons")) {
        const std::string why = text(r, "why");
        all +=
            fmt::format("HALTED by {} since {}{}{}\n", text(r, "who"), text(r, "since"), why.empty() ? "" : ": ", why);
    }
    return all;
}

std::string status_text(const json& j) {
    const json& m = j.at("messages");
    std::string all = fmt::format(
        "Mayhem {} (pid {}) is {}, {}, up {}\n", text(j, "version"), number(j, "pid"), text(j, "phase"),
        j.at("dry_run").get<bool>() ? "dry run: nothing is restarted" : "armed", length(j.at("uptime_seconds")));
    if (const std::string what = core::printable_text(j.value("waits_for", std::string())); !what.empty()) {
        all += "Waits for " + what + "\n";
    }
    all += halt_text(j.at("halt"));
    all += standing_text(j.value("standing", json::array()));
    all += fmt::format("Messages: {} published, {} acked, {} nacked, {} dead-lettered\n", number(m, "published"),
                       number(m, "acked"), number(m, "nacked"), number(m, "dead_lettered"));
    const auto rare = [&m](const char* key, const char* what) {  // of a daemon that knows of it
        const std::size_t count = m.value(key, std::size_t{0});
        return count > 0 ? fmt::format(", {} {}", count, what) : std::string();
    };
    all +=
        fmt::format("Restarts: {}, {} recovered, {} not, {} came back and did not stay{}{}{}{}\n",
                    number(m, "restarted"), number(m, "recovered"), number(m, "not_recovered"), number(m, "unstable"),
                    rare("not_tolerated", "did not tolerate what lasted"), rare("aborted", "broken off"),
                    rare("taken_over", "taken over by somebody else"), rare("not_ended", "did not end"));
    if (j.at("queue").is_object()) {
        const json& q = j.at("queue");
        all += fmt::format("Queue: {} waiting, {} in flight, {} backing off\n", number(q, "waiting"),
                           number(q, "in_flight"), number(q, "delayed"));
    }
    return all + groups_text(j.at("groups")) + "Record: " + text(j, "store") + "\n";
}

std::string tasks_text(const json& j) {
    std::string all;
    for (const json& t : j.at("tasks")) {
        all += core::printable_lines(t.at("text").get<std::string>());
    }
    return all;
}

std::string targets_text(const json& j) {
    table t({{"GROUP"}, {"DRIVER"}, {"TARGET"}, {"NAME"}, {"INCARNATION"}});
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
    return (t.empty() ? "Nothing matches.\n" : t.to_text()) + troubles;
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
    for (const char* key : {"group", "target", "refused_by", "door", "who", "why", "reason", "detail", "text"}) {
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
