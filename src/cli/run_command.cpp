
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "config/armed_groups.hpp"
#include "config/control_path.hpp"
#include "config/store_path.hpp"
#include "host/fleet_link.hpp"
#include "host/host.hpp"
#include "mayhem/async/clock.hpp"

namespace mayhem::cli {

int run(const run_options& o) {
    app::host::hold_signals();
    std::optional<app::config> config = load_config(o.config);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    if (config->fleet) {
        app::prepare_for_fleet();
    }
    if (o.no_dry_run) {
        app::arm_everything(*config);
    }
    if (o.log_level) {
        config->log_level = telemetry::parse_level(*o.log_level).value_or(config->log_level);
    }
    if (o.log_format) {
        config->log_format = telemetry::parse_log_format(*o.log_format).value_or(config->log_format);
    }
    telemetry::logging logging({.lowest = config->log_level, .format = config->log_format});
    async::real_clock clock;
    async::loop loop(clock);
    app::daemon_options options;
    options.store = o.config || o.store ? find_store(o, *config) : app::herd_store_path();
    options.socket = app::resolve_control_path(o.socket ? o.socket : config->control.socket);
    options.config = *std::move(config);
    options.config_file = o.config;
    options.is_armed_by_flag = o.no_dry_run;
    options.debug_async = o.debug_async;
    options.monitor_tasks = o.monitor_tasks;
    app::host host(loop, logging, std::move(options));
    return host.run();
}

}  // namespace mayhem::cli
