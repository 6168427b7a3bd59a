#include "cli/config_source.hpp"

#include <utility>

#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "config/store_path.hpp"
#include "drivers/simulated/simulated_driver.hpp"
#include "drivers/simulated/simulated_kind.hpp"

namespace mayhem::cli {

namespace {

app::config simulated_cattle() {
    app::config c;
    c.handling.dry_run = false;  // there is nothing real that it could touch
    app::group_config g;
    g.settings.name = "cattle";
    g.kind = &drivers::simulated_kind;
    g.driver = drivers::simulated_driver_settings{};
    c.groups.push_back(std::move(g));
    return c;
}

}  // namespace

std::optional<app::config> load_config(const common_options& o) {
    if (!o.config) {
        return simulated_cattle();
    }
    app::config_result read = app::read_config_file(*o.config);
    if (read) {
        return std::move(read).value();
    }
    for (const settings::error& e : read.error()) {
        print_error(to_string(e));
    }
    return std::nullopt;
}

std::filesystem::path find_store(const common_options& o, const app::config& c) {
    return app::resolve_store_path(o.store ? o.store : c.store);
}

}  // namespace mayhem::cli
