#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/notification_trial.hpp"
#include "assembly/notification_plans.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

int print_errors(const std::vector<settings::error>& errors) {
    for (const settings::error& e : errors) {
        print_error(to_string(e));
    }
    return static_cast<int>(app::exit_status::config);
}

void print_results(const std::vector<app::trial_result>& results, bool json) {
    if (!json) {
        for (const app::trial_result& r : results) {
            print(r.destination + ": " + (r.trouble.empty() ? "delivered" : r.trouble) + '\n');
        }
        return;
    }
    nlohmann::json all = nlohmann::json::array();
    for (const app::trial_result& r : results) {
        all.push_back({{"destination", r.destination}, {"delivered", r.trouble.empty()}, {"trouble", r.trouble}});
    }
    print_json(core::json_text(all));
}

}  // namespace

int try_notifications(const notify_options& o) {
    const std::optional<std::filesystem::path> file = find_file(o);
    if (!file) {
        return static_cast<int>(app::exit_status::config);
    }
    const app::config_result read = app::read_config_file(*file);
    if (!read) {
        return print_errors(read.error());
    }
    const auto plans = app::plan_notifications(*read, file->string());
    if (!plans) {
        return print_errors(plans.error());
    }
    const std::vector<app::trial_result> results = app::try_notifications(*plans, o.name);
    if (results.empty()) {
        print_error("mayhem: " + file->string() + " has no webhook or hook" +
                    (o.name ? " named '" + *o.name + "'" : ""));
        return static_cast<int>(app::exit_status::config);
    }
    print_results(results, o.json);
    const bool all_delivered =
        std::ranges::all_of(results, [](const app::trial_result& r) { return r.trouble.empty(); });
    return all_delivered ? static_cast<int>(app::exit_status::success) : 1;
}

}  // namespace mayhem::cli
