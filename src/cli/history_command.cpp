#include <chrono>
#include <optional>

#include "api/history_json.hpp"
#include "api/report_json.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/history_text.hpp"
#include "cli/junit_text.hpp"
#include "cli/output_file.hpp"
#include "cli/report_text.hpp"
#include "cli/standard_output.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "record/history.hpp"
#include "record/report.hpp"

namespace mayhem::cli {

namespace {

stores::history read(const history_options& o, const app::config& config, stores::history_filter filter) {
    filter.group = o.group;
    filter.target = o.target;
    if (o.since) {
        filter.since = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now() - *o.since);
    }
    const std::filesystem::path store = find_store(o, config);
    const system::owner_rights rights = app::act_as_owner_of(store);
    return stores::read_history(store, filter);
}

/// From which factor on a slow recovery is a failure.
slow_limits limits_of(const app::config& c) {
    slow_limits limits;
    for (const app::group_config& g : c.groups) {
        limits[g.settings.name] = g.settings.limits.slower_than;
    }
    return limits;
}

/// Instead of an empty table.
std::string nothing(const history_options& o) {
    return o.since || o.group || o.target ? "Nothing on record matches --since, --group and --target.\n"
                                          : "Nothing is on record yet.\n";
}

}  // namespace

int show_history(const history_options& o) {
    const std::optional<app::config> config = load_config(o);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    const stores::history history = read(o, *config, {.limit = o.limit});
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(history)) : print(is_empty ? nothing(o) : to_text(history));
    return 0;
}

int show_report(const report_options& o) {
    const std::optional<app::config> config = load_config(o);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    const stores::history history = read(o, *config, {.with_past = true});
    const stores::report report = stores::summarise(history);
    if (o.junit) {
        output_file(*o.junit).write(to_junit(report, limits_of(*config)));
    }
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(report)) : print(is_empty ? nothing(o) : to_text(report));
    return 0;
}

}  // namespace mayhem::cli
