#include "cli/history_text.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

namespace {

std::string describe(const stores::history_row& row) {
    if (!row.verdict) {
        return "not finished";
    }
    std::string text(core::to_string(*row.verdict));
    if (row.pace == core::pace::slow && row.recovery && row.usual) {
        text += ", slow: " + core::factor_text(core::times_usual(*row.recovery, *row.usual));
    }
    if (row.refused_by) {
        text += ": " + std::string(core::to_string(*row.refused_by));
    }
    return text;
}

bool has_come_back(const stores::history_row& row) {
    return row.recovery && (row.verdict == core::verdict::recovered || row.verdict == core::verdict::not_tolerated ||
                            row.verdict == core::verdict::aborted || row.verdict == core::verdict::no_effect ||
                            row.verdict == core::verdict::save_failed);
}

std::vector<std::string> row_of(const stores::history_row& row) {
    return {local_moment(row.started_at),
            row.group,
            row.target,
            std::to_string(row.attempt),
            describe(row),
            has_come_back(row) ? fmt::format("{:.3f} s", core::to_seconds(*row.recovery)) : "-",
            row.disposition ? std::string(core::to_string(*row.disposition)) : "-",
            row.error};
}

std::vector<std::string> row_of(const stores::skip_row& row) {
    const std::string reason(core::to_string(row.reason.value_or(core::guard::missed)));
    return {local_moment(row.planned_at),
            row.group,
            row.target.empty() ? "-" : row.target,
            "-",
            row.moments == 1 ? reason : fmt::format("{} ({} moments)", reason, row.moments),
            "-",
            "-",
            row.detail};
}

/// Of a fleet's record: the host stands behind the group, and nothing is known of the message (the last but one).
void make_fleets(std::vector<std::string>& cells, std::string host) {
    cells.erase(cells.end() - 2);
    cells.insert(cells.begin() + 2, host.empty() ? "-" : std::move(host));
}

std::vector<column> columns_of(const stores::history& h) {
    constexpr std::size_t error_max = 80;
    if (h.is_of_fleet) {
        return {{"WHEN"},
                {.title = "GROUP", .may_go = 1, .width_min = 8},
                {.title = "HOST", .width_min = 8},
                {.title = "TARGET", .width_min = 14},
                {.title = "TRY", .align = column::side::right, .may_go = 3},
                {.title = "WHAT HAPPENED", .width_min = 16},
                {"BACK AFTER", column::side::right},
                {.title = "ERROR", .width_max = error_max, .may_go = 2, .width_min = 12}};
    }
    return {{"WHEN"},
            {.title = "GROUP", .width_min = 8},
            {.title = "TARGET", .width_min = 14},
            {.title = "TRY", .align = column::side::right, .may_go = 2},
            {.title = "WHAT HAPPENED", .width_min = 16},
            {"BACK AFTER", column::side::right},
            {.title = "MESSAGE", .may_go = 3},
            {.title = "ERROR", .width_max = error_max, .may_go = 1, .width_min = 12}};
}

}  // namespace

std::string to_text(const stores::history& h, std::size_t room) {
    if (h.attempts.empty() && h.skips.empty()) {
        return "Nothing is on record yet.\n";
    }
    table t(columns_of(h));
    const auto add = [&](const auto& row) {
        std::vector<std::string> cells = row_of(row);
        if (h.is_of_fleet) {
            make_fleets(cells, row.host);
        }
        t.add_row(std::move(cells));
    };
    auto skip = h.skips.begin();
    for (const stores::history_row& row : h.attempts) {
        for (; skip != h.skips.end() && skip->planned_at < row.started_at; ++skip) {
            add(*skip);
        }
        add(row);
    }
    for (; skip != h.skips.end(); ++skip) {
        add(*skip);
    }
    std::string text = t.to_text(room);
    if (h.is_cut) {
        text += "There are older ones: --limit shows more.\n";
    }
    return h.is_of_fleet ? text + fleet_record_note : text;
}

}  // namespace mayhem::cli
