#include "cli/report_text.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "cli/history_text.hpp"
#include "cli/lasted_table.hpp"
#include "cli/moment_text.hpp"
#include "cli/pace_text.hpp"
#include "cli/table.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

namespace {

std::string in_seconds(const std::optional<stores::recovery_times>& times,
                       core::duration stores::recovery_times::* which) {
    return times ? fmt::format("{:.3f} s", core::to_seconds((*times).*which)) : "-";
}

std::string others(const stores::attempt_counts& c) {
    return std::to_string(c.others_fell) +
           (c.others_unforetold > 0 ? fmt::format(", {} UNFORETOLD", c.others_unforetold) : "") +
           (c.others_stayed_down > 0 ? fmt::format(", {} STAYED DOWN", c.others_stayed_down) : "");
}

/// Which columns there are because something is in them.
struct rare_columns {
    explicit rare_columns(const stores::report& r) : rare_columns(r.total, r.is_of_fleet) {}
    rare_columns(const stores::attempt_counts& total, bool is_of_fleet)
        : host(is_of_fleet),
          not_tolerated(total.not_tolerated > 0),
          aborted(total.aborted > 0),
          no_effect(total.no_effect > 0),
          fault_stuck(total.fault_stuck > 0),
          taken_over(total.taken_over > 0),
          not_ended(total.not_ended > 0),
          others_fell(total.others_fell > 0) {}

    bool host;
    bool not_tolerated;
    bool aborted;
    bool no_effect;
    bool fault_stuck;
    bool taken_over;
    bool not_ended;
    bool others_fell;
};

/// Whose counts a row has: empty where they are of several.
struct counted {
    std::string group;
    std::string host;
    std::string target;
};

std::vector<std::string> row(counted whose, const stores::attempt_counts& c, rare_columns with) {
    std::vector<std::string> cells{std::move(whose.group),
                                   std::move(whose.target),
                                   std::to_string(c.restarts),
                                   std::to_string(c.recovered),
                                   std::to_string(c.not_recovered),
                                   std::to_string(c.unstable),
                                   std::to_string(c.failed),
                                   std::to_string(c.refused),
                                   in_seconds(c.recovery, &stores::recovery_times::median),
                                   in_seconds(c.recovery, &stores::recovery_times::p95),
                                   in_seconds(c.recovery, &stores::recovery_times::worst)};
    if (with.host) {
        cells.insert(cells.begin() + 1, std::move(whose.host));
    }
    if (with.not_tolerated) {
        cells.push_back(std::to_string(c.not_tolerated));
    }
    if (with.aborted) {
        cells.push_back(std::to_string(c.aborted));
    }
    if (with.no_effect) {
        cells.push_back(std::to_string(c.no_effect));
    }
    if (with.fault_stuck) {
        cells.push_back(std::to_string(c.fault_stuck));
    }
    if (with.taken_over) {
        cells.push_back(std::to_string(c.taken_over));
    }
    if (with.not_ended) {
        cells.push_back(std::to_string(c.not_ended));
    }
    if (with.others_fell) {
        cells.push_back(others(c));
    }
    return cells;
}

std::string sentence_of(const stores::attempt_counts& c) {
    if (c.attempts == 0) {
        return "Nothing was tried";
    }
    std::string text = fmt::format("{} restarts, {} came back", c.restarts, c.recovered);
    if (c.not_recovered > 0) {
        text += fmt::format(", {} DID NOT", c.not_recovered);
    }
    if (c.unstable > 0) {
        text += fmt::format(", {} CAME BACK AND DID NOT STAY", c.unstable);
    }
    if (c.not_tolerated > 0) {
        text += fmt::format(", {} came back and DID NOT TOLERATE what lasted", c.not_tolerated);
    }
    if (c.aborted > 0) {
        text += fmt::format(", {} came back after what stop_if BROKE OFF", c.aborted);
    }
    if (c.no_effect > 0) {
        text += fmt::format(", {} times what lasted had NO EFFECT", c.no_effect);
    }
    if (c.fault_stuck > 0) {
        text += fmt::format(", {} times what lasted COULD NOT BE UNDONE in its time", c.fault_stuck);
    }
    if (c.taken_over > 0) {
        text += fmt::format(", {} taken over by somebody else", c.taken_over);
    }
    if (c.not_ended > 0) {
        text += fmt::format("; {} times what was told to end DID NOT END", c.not_ended);
    }
    if (c.others_fell > 0) {
        text += fmt::format("; {} others fell with them", c.others_fell);
    }
    if (c.others_unforetold > 0) {
        text += fmt::format(", {} of which nobody had foretold", c.others_unforetold);
    }
    if (c.others_stayed_down > 0) {
        text += fmt::format(", {} of which STAYED DOWN", c.others_stayed_down);
    }
    if (c.unwatched > 0) {
        text += fmt::format(", {} not watched to the end", c.unwatched);
    }
    return text;
}

std::string summary(const stores::report& r) {
    const std::string when = r.total.attempts == 0
                                 ? ""
                                 : fmt::format("{} to {}: ", local_moment(r.from.value_or(core::wall_time{})),
                                               local_moment(r.to.value_or(core::wall_time{})));
    return when + sentence_of(r.total) + ".\n" +
           (r.is_cut ? "There is more on record than one report takes in: these are the newest.\n" : "");
}

/// " (web 3, db 1)", where there is more than one group.
std::string by_group(const stores::report& r, core::guard guard) {
    std::string text;
    for (const stores::group_report& g : r.groups) {
        if (const auto found = g.counts.refused_by.find(guard); found != g.counts.refused_by.end()) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", g.group, found->second);
        }
    }
    return r.groups.size() > 1 ? " (" + text + ")" : "";
}

/// A row for each group that has several targets, below the targets.
void add_groups(table& t, const stores::report& r, rare_columns with) {
    for (const stores::group_report& g : r.groups) {
        const auto members = std::ranges::count(r.targets, g.group, &stores::target_report::group);
        if (members > 1 && r.groups.size() > 1) {
            t.add_row(row({.group = g.group, .host = {}, .target = "(all)"}, g.counts, with));
        }
    }
}

std::string known_of_messages(const stores::report& r) {
    if (r.is_of_fleet) {
        return fleet_record_note;
    }
    const stores::message_counts& m = r.messages;
    return fmt::format(
        "Messages: {} acked ({} of them expired), {} waiting to be tried again, {} given up (dead-lettered).\n",
        m.acked, m.expired, m.pending(), m.dead_lettered);
}

std::string skipped(const stores::report& r) {
    std::string text;
    for (const auto& [reason, count] : r.skipped) {
        text += fmt::format("Planned moments at which nothing was tried: {} ({})\n", count, core::to_string(reason));
    }
    return text;
}

}  // namespace

std::string counts_sentence(const stores::report& r) { return sentence_of(r.total); }

std::string to_text(const stores::report& r, std::size_t room) {
    using side = column::side;
    std::string text = summary(r);
    if (r.total.attempts == 0) {
        return text + skipped(r) + (r.is_of_fleet ? fleet_record_note : "");
    }
    const rare_columns with(r);
    const auto number = [](const char* title, std::size_t count, std::size_t may_go) {
        return column{.title = title, .align = side::right, .may_go = count == 0 ? may_go + 10 : may_go};
    };
    std::vector<column> columns{{.title = "GROUP", .width_min = 8},
                                {.title = "TARGET", .width_min = 14},
                                number("RESTARTS", r.total.restarts, 0),
                                number("BACK", r.total.recovered, 0),
                                number("NOT BACK", r.total.not_recovered, 0),
                                number("UNSTABLE", r.total.unstable, 4),
                                number("FAILED", r.total.failed, 3),
                                number("REFUSED", r.total.refused, 5),
                                {"MEDIAN", side::right},
                                {.title = "P95", .align = side::right, .may_go = 6},
                                {.title = "WORST", .align = side::right, .may_go = 2}};
    if (with.host) {
        columns.insert(columns.begin() + 1, {.title = "HOST", .width_min = 8});
    }
    if (with.not_tolerated) {
        columns.push_back({"NOT TOLERATED", side::right});
    }
    if (with.aborted) {
        columns.push_back({"BROKEN OFF", side::right});
    }
    if (with.no_effect) {
        columns.push_back({"NO EFFECT", side::right});
    }
    if (with.fault_stuck) {
        columns.push_back({"STUCK", side::right});
    }
    if (with.taken_over) {
        columns.push_back({"TAKEN OVER", side::right});
    }
    if (with.not_ended) {
        columns.push_back({"NOT ENDED", side::right});
    }
    if (with.others_fell) {
        columns.push_back({"OTHERS FELL", side::right});
    }
    table t(std::move(columns));
    for (const stores::target_report& target : r.targets) {
        t.add_row(row({.group = target.group, .host = target.host, .target = target.target}, target.counts, with));
    }
    add_groups(t, r, with);
    if (r.targets.size() > 1) {
        t.add_row(row({.group = "all", .host = {}, .target = {}}, r.total, with));
    }
    text += "\n" + t.to_text(room) + "\n";
    if (const std::string pace = pace_table(r.recoveries, room); !pace.empty()) {
        text += pace + "\n";
    }
    if (const std::string lasted = lasted_table(r.lasted, room); !lasted.empty()) {
        text += lasted + "\n";
    }
    for (const auto& [guard, count] : r.refused_by) {
        text += fmt::format("Refused {}: {}{}\n", count == 1 ? "once" : fmt::format("{} times", count),
                            core::to_string(guard), by_group(r, guard));
    }
    return text + skipped(r) + known_of_messages(r);
}

}  // namespace mayhem::cli
