#include <chrono>
#include <optional>

#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "record/guard_snapshot.hpp"

namespace mayhem::cli {

int close_breaker(const common_options& o, const std::string& group) {
    const std::optional<found_config> found = find_record_config(o);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const std::filesystem::path store = find_store(o, *found);
    const auto now = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now());
    const system::owner_rights rights = app::act_as_owner_of(store);
    if (stores::close_breaker(store, group, now, app::links_of(rights))) {
        print("The breaker of group '" + group + "' is closed: restarts go on\n");
        return 0;
    }
    print_error("mayhem: the breaker of group '" + group + "' is not open in " + store.string() +
                "; there is nothing to resume");
    return static_cast<int>(app::exit_status::findings);
}

}  // namespace mayhem::cli
