#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>

#include "api/plan_json.hpp"
#include "api/survey.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/plan_text.hpp"
#include "cli/progress.hpp"
#include "cli/standard_output.hpp"
#include "cli/terminal.hpp"
#include "config/short_hours.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/random.hpp"
#include "stores/sqlite/facts.hpp"

namespace mayhem::cli {

namespace {

using app::seed_origin;

struct seed {
    std::uint64_t value;
    seed_origin origin;
};

seed find_seed(const plan_options& o, const found_config& found) {
    const app::config& c = found.config;
    if (o.seed) {
        return {*o.seed, seed_origin::flag};
    }
    if (c.seed) {
        return {*c.seed, seed_origin::config};
    }
    const std::filesystem::path path = find_store(o, found);
    const system::owner_rights rights = app::act_as_owner_of(path);
    std::error_code unknown;
    if (std::filesystem::exists(path, unknown) || unknown) {
        stores::sqlite_database database = stores::sqlite_database::open_read_only(path);
        if (const auto stored = stores::get_fact(database, "seed")) {
            return {std::stoull(*stored), seed_origin::record};
        }
    }
    return {core::random_source::system_seed(), seed_origin::drawn};
}

void stream(const app::printed_plan& plan, app::plan_walk& walk) {
    progress done("moments written", progress::beside::output);
    app::write_json(plan, walk, [&done](std::string_view piece) {
        print_json(piece);
        done.step();
    });
}

void collect(app::plan_walk& walk, app::printed_plan& to) {
    progress done("moments planned");
    while (std::optional<app::planned_moment> m = walk.next()) {
        done.step(m->local);
        to.moments.push_back(*std::move(m));
    }
    to.unplanned = walk.unplanned();
    to.is_cut = walk.is_cut();
}

}  // namespace

int show_plan(const plan_options& o) {
    const std::optional<found_config> found = find_config(o, without_file::ends);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const app::config* const config = &found->config;
    const seed seed = find_seed(o, *found);
    const auto now = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now());
    app::printed_plan plan = app::describe_plan(*config, seed.value, seed.origin, now);
    app::config shown = *config;
    std::erase_if(shown.groups,
                  [&o](const auto& g) { return o.question.group && *o.question.group != g.settings.name; });
    plan.warnings = app::find_short_hours(shown);
    if (!o.offline) {
        std::ranges::move(app::survey(shown), std::back_inserter(plan.warnings));
    }
    app::plan_walk walk(*config, seed.value, o.question, now);
    if (o.json) {
        stream(plan, walk);
        return 0;
    }
    collect(walk, plan);
    print(found->place.told() + to_text(plan, output_terminal().columns));
    (void)show_printed();
    for (const std::string& warning : plan.warnings) {
        print_error("Warning: " + warning);
    }
    return 0;
}

}  // namespace mayhem::cli
