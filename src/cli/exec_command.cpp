#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actions/freeze.hpp"
#include "actions/freeze_rights.hpp"
#include "api/report_json.hpp"
#include "cli/command_line.hpp"
#include "cli/report_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/temporary_folder.hpp"
#include "cli/terminal.hpp"
#include "host/host.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "record/report.hpp"

namespace mayhem::cli {

namespace {

std::vector<app::exec_config::act> acts_of(const exec_options& o) {
    std::vector<app::exec_config::act> acts;
    for (const exec_options::act& given : o.acts) {
        app::exec_config::act a{.weight = given.weight};
        a.driver.signal = o.signal;
        a.driver.action = "kill";
        if (given.name == "stop") {
            a.driver.action = "stop";
            a.driver.signal = SIGTERM;
        } else if (given.name == actions::freeze::action_name) {
            a.driver.action = actions::freeze::action_name;
            a.driver.freezes = core::span_terms{.length = core::parse_duration(o.hold).value()};
            a.parameters = "for = \"" + o.hold + '"';
        }
        acts.push_back(std::move(a));
    }
    if (acts.empty()) {
        acts.emplace_back().driver.signal = o.signal;
    }
    return acts;
}

/// What this host, or this user, cannot do to the command; empty: nothing of it.
std::string why_not(const exec_options& o) {
    const bool freezes =
        std::ranges::find(o.acts, actions::freeze::action_name, &exec_options::act::name) != o.acts.end();
    return freezes ? actions::why_not_freeze_own() : std::string();
}

app::daemon_options daemon_options(const exec_options& o, const std::filesystem::path& store) {
    app::exec_config command;
    command.supervisor.command = o.command;
    command.acts = acts_of(o);
    command.group.name = "exec";
    command.group.mean_time_between = o.mean_time_between;
    command.group.recovery_timeout = o.ready_within;
    command.group.recovery_poll = std::chrono::milliseconds{10};
    command.group.stable_for = o.stable_for;
    command.group.count_max = o.count;
    command.group.one_at_a_time = true;  // there is one target: the next gap begins when it is back
    app::daemon_options options;
    options.config.handling.dry_run = false;
    options.config.handling.max_in_flight = 1;
    options.store = store;
    options.debug_async = o.debug_async;
    options.monitor_tasks = o.monitor_tasks;
    options.command = std::move(command);
    options.run_for = o.run_for;
    options.end_when_drained = o.count > 0;
    return options;
}

bool has_findings(const stores::report& r) {
    return r.total.not_recovered > 0 || r.total.unstable > 0 || r.total.not_tolerated > 0 || r.total.aborted > 0 ||
           r.total.fault_stuck > 0 || r.total.failed > 0 || r.total.not_ended > 0 || r.messages.dead_lettered > 0;
}

}  // namespace

int exec(const exec_options& o) {
    if (const std::string why = why_not(o); !why.empty()) {
        print_error("mayhem: " + why);
        return static_cast<int>(app::exit_status::cannot_execute);
    }
    app::host::hold_signals();
    telemetry::logging_options log;
    log.lowest = telemetry::parse_level(o.log_level.value_or("info")).value_or(telemetry::level::info);
    log.format = telemetry::parse_log_format(o.log_format.value_or("auto")).value_or(telemetry::log_format::automatic);
    std::optional<temporary_folder> folder;
    if (!o.store) {
        folder.emplace();
    }
    const std::filesystem::path store = o.store ? *o.store : folder->path() / "mayhem.db";
    int status = 0;
    bool is_in_crash_loop = false;
    bool is_left_behind = false;
    stores::history_filter filter;
    {
        telemetry::logging logging(log);
        async::real_clock clock;
        filter.since = clock.wall_now();
        async::loop loop(clock);
        app::daemon_options options = daemon_options(o, store);
        options.command->on_crash_loop = [&is_in_crash_loop] { is_in_crash_loop = true; };
        options.command->on_left_behind = [&is_left_behind] { is_left_behind = true; };
        app::host host(loop, logging, std::move(options));
        status = host.run();
    }
    if (status == static_cast<int>(app::exit_status::store)) {
        return status;
    }
    const stores::report report = stores::summarise(stores::read_history(store, filter));
    o.json ? print_json(app::to_json(report)) : print(to_text(report, output_terminal().columns));
    if (!o.json && is_in_crash_loop) {
        print("The command was in a crash loop: it ended by itself again and again.\n");
    }
    if (!o.json && is_left_behind) {
        print("Some of what the command had started could not be ended and lives on; the log names it.\n");
    }
    if (!o.json && o.store) {
        print("The record is in " + store.string() + '\n');
    }
    return status == 0 && (is_in_crash_loop || is_left_behind || has_findings(report))
               ? static_cast<int>(app::exit_status::findings)
               : status;
}

}  // namespace mayhem::cli
