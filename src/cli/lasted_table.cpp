#include "cli/lasted_table.hpp"

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

namespace {

std::string in_seconds(core::duration d) { return fmt::format("{:.1f} s", core::to_seconds(d)); }

std::string during_text(const core::span_facts& s) {
    if (s.ended_by == core::span_end::target_ended) {
        return "ended at " + in_seconds(s.held);
    }
    if (s.during.count() == 0) {
        return "-";
    }
    if (s.during.first_red) {
        return fmt::format("red from {}, {} of {}", in_seconds(*s.during.first_red), s.during.red, s.during.count());
    }
    return fmt::format("green {} of {}", s.during.green, s.during.count());
}

std::string effect_text(const core::seen_effect& e) {
    if (e.is_none) {
        return "none seen (" + e.text + ")";
    }
    return e.text.empty() ? "not looked at" : e.text;
}

std::string verdict_text(const stores::history_row& row) {
    std::string text = row.verdict ? std::string(core::to_string(*row.verdict)) : "not finished";
    switch (row.span->ended_by) {
        case core::span_end::time_over: break;
        case core::span_end::told_to_end: return text + ", ended early";
        case core::span_end::target_ended: return text + ", by its supervisor";
        case core::span_end::stop_requested: return text + ", told to end";
        case core::span_end::holder_gone: return text + ", its holder was killed";
        case core::span_end::stop_condition: return text + ", by stop_if";
    }
    return text;
}

}  // namespace

std::string lasted_table(const std::vector<stores::history_row>& rows, std::size_t room) {
    if (rows.empty()) {
        return {};
    }
    using side = column::side;
    table t({{"WHEN"},
             {.title = "GROUP", .may_go = 2, .width_min = 8},
             {.title = "TARGET", .width_min = 14},
             {"ACTION"},
             {"HELD", side::right},
             {.title = "DURING", .may_go = 3},
             {.title = "BACK AFTER", .align = side::right, .may_go = 1},
             {.title = "EFFECT", .may_go = 4},
             {.title = "VERDICT", .width_min = 14}});
    for (const stores::history_row& row : rows) {
        const bool is_back =
            row.recovery && (row.verdict == core::verdict::recovered || row.verdict == core::verdict::not_tolerated ||
                             row.verdict == core::verdict::aborted || row.verdict == core::verdict::no_effect);
        t.add_row({local_moment(row.started_at), row.group, row.target, row.act, in_seconds(row.span->held),
                   during_text(*row.span), is_back ? in_seconds(*row.recovery) : "-", effect_text(row.span->effect),
                   verdict_text(row)});
    }
    return t.to_text(room);
}

}  // namespace mayhem::cli
