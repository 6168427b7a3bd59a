#include "cli/config_check.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "api/survey.hpp"
#include "assembly/notification_plans.hpp"
#include "config/armed_groups.hpp"
#include "config/short_hours.hpp"

namespace mayhem::cli {

std::string config_check::verdict() const {
    return fmt::format(
        "valid, {} {}, {}", read->groups.size(), read->groups.size() == 1 ? "group" : "groups",
        app::is_dry_run(*read) ? "dry run (dry_run = false or --no-dry-run arms it)" : app::describe_mode(*read));
}

config_check check_config(app::config_result read, const std::filesystem::path& file, bool is_offline) {
    config_check found{.read = std::move(read)};
    if (found.read) {
        const auto plans = app::plan_notifications(*found.read, file.string());
        if (!plans) {
            found.read = core::failure{plans.error()};
        }
    }
    if (found.read) {
        found.warnings = app::find_short_hours(*found.read);
    }
    if (found.read && !is_offline) {
        std::ranges::move(app::survey(*found.read), std::back_inserter(found.warnings));
    }
    return found;
}

}  // namespace mayhem::cli
