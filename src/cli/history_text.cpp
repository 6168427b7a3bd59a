#include "cli/history_text.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

std::string describe(const stores::history_row& row) {
    if (!row.verdict) {
        return "not finished";
    }
    std::string text(core::to_string(*row.verdict));
    if (row.refused_by) {
        text += ": " + std::string(core::to_string(*row.refused_by));
    }
    return text;
}

bool has_come_back(const stores::history_row& row) {
    return row.recovery && (row.verdict == core::verdict::recovered || row.verdict == core::verdict::save_failed);
}

std::vector<std::string> row_of(const stores::history_row& row) {
    return {local_moment(row.started_at),
            row.group,
            row.target,
            std::to_string(row.attempt),
            describe(row),
            has_come_back(row) ? fmt::format("{:.3f} s", seconds(*row.recovery)) : "-",
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

}  // namespace

std::string to_text(const stores::history& h) {
    if (h.attempts.empty() && h.skips.empty()) {
        return "Nothing is on record yet.\n";
    }
    table t({{"WHEN"},
             {"GROUP"},
             {"TARGET"},
             {"TRY", column::side::right},
             {"WHAT HAPPENED"},
             {"BACK AFTER", column::side::right},
             {"MESSAGE"},
             {"ERROR", column::side::left, 80}});
    auto skip = h.skips.begin();
    for (const stores::history_row& row : h.attempts) {
        for (; skip != h.skips.end() && skip->planned_at < row.started_at; ++skip) {
            t.add_row(row_of(*skip));
        }
        t.add_row(row_of(row));
    }
    for (; skip != h.skips.end(); ++skip) {
        t.add_row(row_of(*skip));
    }
    std::string text = t.to_text();
    if (h.is_cut) {
        text += "There are older ones: --limit shows more.\n";
    }
    return text;
}

std::string to_json(const stores::history& h) {
    json attempts = json::array();
    for (const stores::history_row& row : h.attempts) {
        const auto text = [](const auto& value) { return value ? json(std::string(core::to_string(*value))) : json(); };
        attempts.push_back({{"message", row.message.to_string()},
                            {"group", row.group},
                            {"target", row.target},
                            {"name", row.name},
                            {"incarnation_before", row.incarnation_before},
                            {"incarnation_after", row.incarnation_after},
                            {"message_state", row.message_state},
                            {"planned_at", utc_moment(row.planned_at)},
                            {"attempt", row.attempt},
                            {"started_at", utc_moment(row.started_at)},
                            {"ended_at", row.ended_at ? json(utc_moment(*row.ended_at)) : json()},
                            {"verdict", text(row.verdict)},
                            {"disposition", text(row.disposition)},
                            {"refused_by", text(row.refused_by)},
                            {"recovery_seconds", row.recovery ? json(seconds(*row.recovery)) : json()},
                            {"error", row.error}});
    }
    json skips = json::array();
    for (const stores::skip_row& row : h.skips) {
        skips.push_back({{"group", row.group},
                         {"planned_at", utc_moment(row.planned_at)},
                         {"noticed_at", utc_moment(row.at)},
                         {"moments", row.moments},
                         {"reason", row.reason ? json(std::string(core::to_string(*row.reason))) : json()},
                         {"target", row.target.empty() ? json() : json(row.target)},
                         {"detail", row.detail}});
    }
    const json all{{"attempts", std::move(attempts)}, {"skips", std::move(skips)}, {"is_cut", h.is_cut}};
    return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace mayhem::cli
