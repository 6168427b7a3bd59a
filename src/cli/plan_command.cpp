#include <chrono>
#include <optional>
#include <string>

#include "api/plan_json.hpp"
#include "api/survey.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/plan_text.hpp"
#include "cli/standard_output.hpp"
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

seed find_seed(const plan_options& o, const app::config& c) {
    if (o.seed) {
        return {*o.seed, seed_origin::flag};
    }
    if (c.seed) {
        return {*c.seed, seed_origin::config};
    }
    const std::filesystem::path path = find_store(o, c);
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

}  // namespace

int show_plan(const plan_options& o) {
    const std::optional<app::config> config = load_config(o);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    const seed seed = find_seed(o, *config);
    const auto now = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now());
    app::printed_plan plan = app::print_plan(*config, seed.value, seed.origin, o.question, now);
    if (!o.offline) {
        app::config shown = *config;
        std::erase_if(shown.groups,
                      [&o](const auto& g) { return o.question.group && *o.question.group != g.settings.name; });
        plan.warnings = app::survey(shown);
    }
    if (o.json) {
        print_json(app::to_json(plan));
        return 0;
    }
    print(to_text(plan));
    (void)show_printed();
    for (const std::string& warning : plan.warnings) {
        print_error("Warning: " + warning);
    }
    return 0;
}

}  // namespace mayhem::cli
