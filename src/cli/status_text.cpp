#include "cli/status_text.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/moment_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

constexpr std::size_t line_width = 80;
constexpr std::size_t breakers_max = 5;

/// On one line, whoever made it.
std::string text(const json& j, const char* key) { return core::printable_text(j.at(key).get<std::string>()); }

std::size_t number(const json& j, const char* key) { return j.at(key).get<std::size_t>(); }

/// Empty: it is not there, or null.
std::string text_if(const json& j, const char* key) {
    return j.contains(key) && j[key].is_string() ? text(j, key) : std::string();
}

/// "TITLE: a, b, c and 997 more": as many names as the line has room for, one at least.
std::string name_line(const std::string& title, const std::vector<std::string>& names) {
    const auto more = [&](std::size_t named) {
        return named < names.size() ? fmt::format(" and {} more", names.size() - named) : std::string();
    };
    std::string line = title + ":";
    std::size_t named = 0;
    for (; named < names.size(); ++named) {
        const std::string next = (named == 0 ? " " : ", ") + names[named];
        if (named > 0 && line.size() + next.size() + more(named + 1).size() > line_width) {
            break;
        }
        line += next;
    }
    return line + more(named) + "\n";
}

std::vector<std::string> names_of(const json& groups, bool (*is_meant)(const json&)) {
    std::vector<std::string> names;
    for (const json& g : groups) {
        if (is_meant(g)) {
            names.push_back(text(g, "group"));
        }
    }
    return names;
}

/// "Groups (1 docker, 750 process)"
std::string groups_title(const json& groups) {
    std::map<std::string, std::size_t> drivers;
    for (const json& g : groups) {
        ++drivers[text(g, "driver")];
    }
    std::vector<std::string> kinds;
    for (const auto& [driver, count] : drivers) {
        kinds.push_back(groups.size() == 1 ? driver : fmt::format("{} {}", count, driver));
    }
    return fmt::format("Groups ({})", fmt::join(kinds, ", "));
}

/// Which groups are a dry run beside others that are not; older daemons do not tell.
std::string dry_text(const json& groups) {
    const std::vector<std::string> dry = names_of(groups, [](const json& g) { return g.value("dry_run", false); });
    return dry.empty() || dry.size() == groups.size() ? "" : name_line("Dry run", dry);
}

std::string breakers_text(const json& groups) {
    const std::vector<std::string> open =
        names_of(groups, [](const json& g) { return !text_if(g, "breaker").empty(); });
    if (open.size() > breakers_max) {
        return name_line("Breaker open", open);
    }
    std::string all;
    for (const json& g : groups) {
        if (const std::string why = text_if(g, "breaker"); !why.empty()) {
            all += fmt::format("Breaker open: {0}: {1}; \"mayhem resume {0}\" closes it\n", text(g, "group"), why);
        }
    }
    return all;
}

/// What lasts, and stands now.
std::string standing_text(const json& spans) {
    std::string all;
    for (const json& s : spans) {
        const std::string effect = text(s, "effect");
        const std::string name = text(s, "name");
        if (s.at("until").is_string()) {
            all += fmt::format("{} is {} until {}{}\n", name, text(s, "done"), told_moment(text(s, "until")),
                               effect.empty() ? "" : " (" + effect + ")");
        } else {
            const std::string stuck = text_if(s, "stuck");
            all += stuck.empty() ? fmt::format("{} may still be {}, and should not: Mayhem goes on trying to end it\n",
                                               name, text(s, "done"))
                                 : "COULD NOT BE UNDONE: " + stuck + "\n";
        }
        if (const std::string see = text(s, "how_to_see"); !see.empty()) {
            all += "  see: " + see + "\n";
        }
    }
    return all;
}

/// "Now: restart of api@6.service for 2 s, usually 2.3 s". What lasts is said by what stands.
std::string under_way_text(const json& under_way, core::wall_time now) {
    std::string all;
    for (const json& u : under_way) {
        if (u.at("until").is_string()) {
            continue;
        }
        const auto began = core::parse_moment(text(u, "began_at"));
        const std::string usual =
            u.at("usual").is_object() ? ", usually " + seconds_text(u["usual"].at("p50").get<double>()) : "";
        all += fmt::format("Now: {} of {} in {}{}{}\n", text(u, "action"), text(u, "name"), text(u, "group"),
                           began ? ", for " + rough_length(now - *began) : "", usual);
    }
    return all;
}

std::string today_text(const json& today) {
    const auto part = [&today](const char* key, const char* what) {
        const std::size_t count = today.value(key, std::size_t{0});
        return count > 0 ? fmt::format(", {} {}", count, what) : std::string();
    };
    return fmt::format("Today: {} {}{}{}{}{}{}{}\n", number(today, "acts"), number(today, "acts") == 1 ? "act" : "acts",
                       part("recovered", "came back"), part("not_recovered", "did not come back"),
                       part("under_way", "under way"), part("refused", "refused"), part("planned", "still planned"),
                       part("planned_refused", "of these refused as things stand"));
}

std::string outcome_text(const json& last) {
    const std::string verdict = text_if(last, "verdict");
    if (verdict == "recovered" && last.at("seconds").is_number()) {
        const std::string word = text_if(last, "word");
        return "back after " + seconds_text(last["seconds"].get<double>()) +
               (word == "slow" || word == "creeping" ? ", " + word : "");
    }
    return verdict == "not_recovered" ? "did not come back" : verdict;
}

std::string table_text(const json& rows, const status_shape& shape) {
    table t({{.title = "GROUP", .width_min = 8},
             {"NEXT"},
             {.title = "LEFT", .width_min = 7},
             {"LAST"},
             {.title = "WHOM", .may_go = 1, .width_min = 10},
             {.title = "WHAT CAME OF IT", .width_min = 15}});
    for (std::size_t i = 0; i < std::min(rows.size(), shape.rows_max); ++i) {
        const json& g = rows[i];
        const auto next = core::parse_moment(text_if(g, "next"));
        const std::string refused = text_if(g, "refused_by");
        std::string left = next ? (*next <= shape.now ? "now" : rough_length(*next - shape.now)) : "-";
        const bool is_known = g.at("last").is_object();
        const auto last = is_known ? core::parse_moment(text(g["last"], "at")) : std::nullopt;
        t.add_row({text(g, "group"), next ? near_moment(*next, shape.now) : "-", refused.empty() ? left : refused,
                   last ? near_moment(*last, shape.now) : "-", is_known ? text(g["last"], "name") : "-",
                   is_known ? outcome_text(g["last"]) : "never"});
    }
    std::string all = t.to_text(shape.room);
    if (rows.size() > shape.rows_max) {
        all += fmt::format("and {} more groups, whose moments are later, or none: --all lists them\n",
                           rows.size() - shape.rows_max);
    }
    return all;
}

std::string counts_text(const json& status) {
    const json& m = status.at("messages");
    std::string all =
        fmt::format("Messages: {} published, {} acked, {} nacked, {} dead-lettered\n", number(m, "published"),
                    number(m, "acked"), number(m, "nacked"), number(m, "dead_lettered"));
    const auto rare = [&m](const char* key, const char* what) {  // of a daemon that knows of it
        const std::size_t count = m.value(key, std::size_t{0});
        return count > 0 ? fmt::format(", {} {}", count, what) : std::string();
    };
    all +=
        fmt::format("Restarts: {}, {} recovered, {} not, {} came back and did not stay{}{}{}{}{}{}\n",
                    number(m, "restarted"), number(m, "recovered"), number(m, "not_recovered"), number(m, "unstable"),
                    rare("not_tolerated", "did not tolerate what lasted"), rare("aborted", "broken off"),
                    rare("no_effect", "without any effect"), rare("fault_stuck", "could not be undone in its time"),
                    rare("taken_over", "taken over by somebody else"), rare("not_ended", "did not end"));
    if (status.at("queue").is_object()) {
        const json& q = status.at("queue");
        all += fmt::format("Queue: {} waiting, {} in flight, {} backing off\n", number(q, "waiting"),
                           number(q, "in_flight"), number(q, "delayed"));
    }
    return all;
}

/// How this host stands in its fleet; empty: it is in none.
std::string fleet_text(const json& status) {
    const auto fleet = status.find("fleet");
    if (fleet == status.end()) {
        return {};
    }
    const std::string absence = text(*fleet, "absence");
    const auto untold = fleet->at("untold").get<std::uint64_t>();
    std::string line = "Fleet " + text(*fleet, "name") + ", as host " + text(*fleet, "host") + ": ";
    line += absence.empty() ? "takes part" : "takes no part: " + absence;
    line += fleet->at("is_halted").get<bool>() ? "; HALTED" : "";
    line += untold == 0 ? "" : fmt::format("; {} ends of acts are still to be told", untold);
    return line + "\n";
}

/// What came of the requests of each queue; empty: nobody outside can ask for anything.
std::string requests_text(const json& status) {
    std::string all;
    for (const json& q : status.value("requests", json::array())) {
        const std::string trouble = text(q, "trouble");
        all += fmt::format("Requests from {}, as host {}: {} done, {} given up, {} held{}\n", text(q, "queue"),
                           text(q, "host"), number(q, "done"), number(q, "given_up"), number(q, "held"),
                           trouble.empty() ? std::string() : "\n  nothing is received: " + trouble);
    }
    return all;
}

/// "armed", or which groups are not, is said by the names below it.
std::string head_text(const json& status) {
    std::string all =
        fmt::format("Mayhem {} (pid {}) is {}, {}, up {}\n", text(status, "version"), number(status, "pid"),
                    text(status, "phase"), status.at("dry_run").get<bool>() ? "dry run: nothing is restarted" : "armed",
                    rough_length(std::chrono::duration<double>(status.at("uptime_seconds").get<double>())));
    if (const std::string what = text_if(status, "waits_for"); !what.empty()) {
        all += "Waits for " + what + "\n";
    }
    return all + fleet_text(status) + requests_text(status) + halt_text(status.at("halt")) +
           standing_text(status.value("standing", json::array()));
}

std::string foot_text(const json& status) {
    const std::string config = text_if(status, "config");
    return (config.empty() ? "" : "Config: " + config + "\n") + "Record: " + text(status, "store") + "\n";
}

/// "NAME and 997 more" where there is no table.
std::string groups_text(const json& groups) {
    const std::vector<std::string> names = names_of(groups, [](const json& /*g*/) { return true; });
    return names.empty() ? "Groups: none: \"mayhem arm\" and \"mayhem discover\" make some\n"
                         : name_line(groups_title(groups), names);
}

}  // namespace

std::string halt_text(const json& j) {
    if (!j.at("is_halted").get<bool>()) {
        return "Not halted.\n";
    }
    std::string all;
    for (const json& r : j.at("reasons")) {
        const std::string why = text(r, "why");
        const std::string door = text_if(r, "door");
        const char* const how = door == "file"     ? "; remove the file to go on"
                                : door == "config" ? "; halted = false and a reload to go on"
                                                   : "";
        all += fmt::format("HALTED by {} since {}{}{}{}\n", text(r, "who"), told_moment(text(r, "since")),
                           why.empty() ? "" : ": ", why, how);
    }
    return all;
}

std::string status_text(const json& status, const json& outlook, const status_shape& shape) {
    const json& groups = status.at("groups");
    const bool has_rows = outlook.is_object() && !outlook.at("groups").empty();
    std::string all = head_text(status);
    if (has_rows) {
        all += under_way_text(outlook.at("under_way"), shape.now) + today_text(outlook.at("today"));
    }
    all += breakers_text(groups) + dry_text(groups);
    if (has_rows && shape.rows_max > 0) {
        all += "\n" + table_text(outlook["groups"], shape) + "\n";
    } else {
        all += groups_text(groups);
    }
    if (shape.has_counts || !outlook.is_object()) {
        all += counts_text(status);
    }
    return all + foot_text(status);
}

std::string status_window(const json& status, const json& outlook, status_shape shape, std::size_t lines) {
    constexpr std::size_t around_the_table =
        5;  // its titles, a blank line on both sides, the sum of the others, the clock
    shape.rows_max = 0;
    const std::string without = status_text(status, outlook, shape);
    const auto used = static_cast<std::size_t>(std::ranges::count(without, '\n'));
    shape.rows_max = lines > used + around_the_table ? lines - used - around_the_table : 1;
    const std::string whole = status_text(status, outlook, shape);
    std::string shown;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t end = whole.find('\n', at);
        shown += cut_to(std::string_view(whole).substr(at, end - at), shape.room) + "\n";
        at = end + 1;
    }
    return shown;
}

}  // namespace mayhem::cli
