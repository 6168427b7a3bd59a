#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/survey.hpp"
#include "assembly/notification_plans.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

void print_as_json(const app::config_result& read, const std::vector<std::string>& warnings) {
    nlohmann::json errors = nlohmann::json::array();
    if (!read) {
        for (const settings::error& e : read.error()) {
            errors.push_back({{"file", e.file}, {"line", e.line}, {"column", e.column}, {"text", e.text}});
        }
    }
    const nlohmann::json all{{"valid", read.has_value()}, {"errors", errors}, {"warnings", warnings}};
    print_json(core::json_text(all));
}

}  // namespace

int check(const check_options& o) {
    app::config_result read = app::read_config_file(*o.config);
    std::vector<std::string> warnings;
    if (read) {
        const auto plans = app::plan_notifications(*read, o.config->string());
        if (!plans) {
            read = core::failure{plans.error()};
        }
    }
    if (read && !o.offline) {
        warnings = app::survey(*read);
    }
    if (o.json) {
        print_as_json(read, warnings);
    } else if (read) {
        print(fmt::format("{}: valid, {} {}, {}\n", o.config->string(), read->groups.size(),
                          read->groups.size() == 1 ? "group" : "groups",
                          read->handling.dry_run ? "dry run (dry_run = false or --no-dry-run arms it)" : "armed"));
        for (const std::string& warning : warnings) {
            print_error(o.config->string() + ": warning: " + warning);
        }
    } else {
        for (const settings::error& e : read.error()) {
            print_error(to_string(e));
        }
    }
    return static_cast<int>(read ? app::exit_status::success : app::exit_status::config);
}

}  // namespace mayhem::cli
