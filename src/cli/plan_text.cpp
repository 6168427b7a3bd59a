#include "cli/plan_text.hpp"

#include <string_view>

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"
#include "mayhem/core/text/first_few.hpp"

namespace mayhem::cli {

namespace {

using app::planned_moment;
using app::seed_origin;

constexpr std::size_t named_max = 10;

std::string_view explain(seed_origin o) {
    switch (o) {
        case seed_origin::flag: return "from --seed";
        case seed_origin::config: return "from the config file";
        case seed_origin::record: return "from the record: it was drawn at the first start";
        case seed_origin::drawn: break;
    }
    return "drawn for this command: the daemon will draw its own at its first start, unless the config file has this "
           "one";
}

}  // namespace

std::string to_text(const app::printed_plan& p, std::size_t room) {
    std::string text = fmt::format("Seed {} ({})\n", p.seed, explain(p.origin));
    if (p.is_dry_run) {
        text += "Dry run: at these moments everything happens but the restart itself.\n";
    }
    if (!p.dry_groups.empty()) {
        text += fmt::format("Dry run in some groups, where everything happens but the restart itself: {}\n",
                            core::first_few(p.dry_groups, named_max));
    }
    for (const std::string& group : p.unplanned) {
        text += fmt::format("Group '{}' has no mean_time_between: it restarts one every half second or so.\n", group);
    }
    if (p.moments.empty()) {
        return text + "Nothing is planned.\n";
    }
    constexpr std::size_t whom_max = 80;
    table t({{"WHEN"},
             {"DAY"},
             {"TIME ZONE"},
             {.title = "GROUP", .width_min = 12},
             {.title = "ACTION", .width_min = 12},
             {.title = "WHOM", .width_max = whom_max, .may_go = 1, .width_min = 20}});
    for (const planned_moment& m : p.moments) {
        t.add_row({m.local, m.weekday, m.zone, m.group, core::describe(m.what), m.draw});
    }
    text += "\n" + t.to_text(room);
    if (p.is_cut) {
        text += "There are more: --for with a shorter time, or --group, or --limit with more.\n";
    }
    return text;
}

}  // namespace mayhem::cli
