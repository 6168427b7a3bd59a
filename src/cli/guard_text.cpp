#include "cli/guard_text.hpp"

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"
#include "mayhem/core/text/first_few.hpp"

namespace mayhem::cli {

namespace {

constexpr std::size_t sentence_max = 160;

std::string refusal_text(const app::target_verdict& t) {
    const core::guard_answer* const no = t.refusal();
    return no == nullptr ? "yes" : "no: " + std::string(core::to_string(no->guard)) + " (" + no->looked_at + ")";
}

/// What the guards were asked for, and when that is due.
std::string next_text(const app::group_view& g) {
    return g.next ? fmt::format(" (the next moment, {}: {})", local_moment(*g.next), core::describe(g.what)) : "";
}

bool is_dry_run(const app::target_verdict& t) { return !t.answers.empty() && t.answers.back().refuses; }

std::string dry_run_line(const std::vector<std::string>& dry, bool is_any_armed) {
    constexpr std::size_t named_max = 10;
    if (dry.empty()) {
        return {};
    }
    return is_any_armed ? fmt::format("A dry run in some groups, where nothing would be restarted all the same: {}\n",
                                      core::first_few(dry, named_max))
                        : "A dry run: nothing would be restarted all the same (dry_run = false arms it).\n";
}

}  // namespace

std::string eligible_text(const std::vector<app::group_view>& groups, std::size_t room) {
    table t({{.title = "GROUP", .width_min = 8},
             {.title = "TARGET", .may_go = 1, .width_min = 20},
             {.title = "NAME", .width_min = 20},
             {.title = "ACTION", .may_go = 2},
             {.title = "ELIGIBLE", .width_max = sentence_max, .width_min = 24, .wraps = true}});
    std::vector<std::string> dry;
    bool is_any_armed = false;
    std::string troubles;
    for (const app::group_view& g : groups) {
        for (const std::string& warning : g.warnings) {
            troubles += fmt::format("Group '{}': {}\n", g.group, warning);
        }
        if (!g.trouble.empty()) {
            troubles += fmt::format("Group '{}': its targets cannot be listed: {}\n", g.group, g.trouble);
        } else if (g.targets.empty()) {
            troubles += fmt::format("Group '{}': no target matches\n", g.group);
        }
        for (const app::target_verdict& v : g.targets) {
            t.add_row({g.group, v.target.id, v.target.name, core::describe(g.what), refusal_text(v)});
        }
        if (!g.targets.empty()) {
            is_dry_run(g.targets.front()) ? dry.push_back(g.group) : void(is_any_armed = true);
        }
    }
    return (t.empty() ? "" : t.to_text(room)) + troubles + dry_run_line(dry, is_any_armed);
}

std::string why_text(const std::vector<app::group_view>& groups, std::size_t room) {
    std::string text;
    for (const app::group_view& g : groups) {
        for (const app::target_verdict& v : g.targets) {
            table t({{"GUARD"},
                     {"REFUSES"},
                     {.title = "LOOKED AT", .width_max = sentence_max, .width_min = 24, .wraps = true}});
            for (const core::guard_answer& a : v.answers) {
                t.add_row({std::string(core::to_string(a.guard)), a.refuses ? "YES" : "no", a.looked_at});
            }
            text += fmt::format("{}{} in group '{}', incarnation {}: {}{}\n\n{}", text.empty() ? "" : "\n",
                                v.target.name, g.group, v.target.incarnation,
                                v.refusal() == nullptr ? "could be hit now" : "would not be hit", next_text(g),
                                t.to_text(room));
        }
    }
    return text;
}

}  // namespace mayhem::cli
