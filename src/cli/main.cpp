#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "app/exit_status.hpp"
#include "app/restart_signal.hpp"
#include "cli/command_line.hpp"
#include "cli/control_commands.hpp"
#include "mayhem/core/date_range.hpp"
#include "mayhem/core/duration_text.hpp"
#include "mayhem/core/errors.hpp"

namespace {

using namespace mayhem;

constexpr const char* version = "mayhem " MAYHEM_VERSION;
constexpr const char* default_config = "/etc/mayhem/mayhem.toml";

template <typename T>
CLI::Option* add_duration(CLI::App& to, const std::string& name, T& value, const std::string& help) {
    return to
        .add_option_function<std::string>(
            name,
            [&value, name](const std::string& text) {
                const auto parsed = core::parse_duration(text);
                if (!parsed) {
                    throw CLI::ValidationError(name, parsed.error());
                }
                value = *parsed;
            },
            help)
        ->type_name("DURATION");
}

void add_common(CLI::App& to, cli::common_options& o, bool with_config) {
    if (with_config) {
        to.add_option("-c,--config", o.config, "the config file (TOML; docs/configuration.md)")
            ->envname("MAYHEM_CONFIG")
            ->type_name("FILE");
    }
    to.add_option("--store", o.store, "the database that holds the record")->envname("MAYHEM_STORE")->type_name("FILE");
}

template <typename Options>
void add_logging(CLI::App& to, Options& o) {
    to.add_option("--log-level", o.log_level, "debug, info, warning, error or critical")
        ->envname("MAYHEM_LOG_LEVEL")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "critical"}, CLI::ignore_case));
    to.add_option("--log-format", o.log_format, "text, json, journald, or auto: journald's under systemd, else text")
        ->envname("MAYHEM_LOG_FORMAT")
        ->check(CLI::IsMember({"auto", "text", "json", "journald"}));
    to.add_flag("--debug-async", o.debug_async, "tasks remember who started them; slow steps count from 100 ms")
        ->envname("MAYHEM_DEBUG");
}

void add_run(CLI::App& app, cli::run_options& o) {
    CLI::App& run =
        *app.add_subcommand("run", "The daemon. Without a config file it runs simulated cattle and touches nothing");
    add_common(run, o, true);
    run.add_option("--socket", o.socket, "where to listen for commands; none: nowhere")
        ->envname("MAYHEM_SOCKET")
        ->type_name("FILE");
    run.add_flag("--no-dry-run", o.no_dry_run, "really restart, whatever the config file says")
        ->envname("MAYHEM_NO_DRY_RUN");
    add_logging(run, o);
    run.footer(
        "Examples:\n  mayhem run                                            # the simulated herd\n"
        "  mayhem run -c /etc/mayhem/mayhem.toml                 # dry run unless the file says dry_run = false\n"
        "  mayhem run -c mayhem.toml --no-dry-run --log-format json\n\n"
        "Signals: TERM, INT end it gracefully (twice: at once); HUP reloads; USR1 prints all tasks.\n"
        "Exit status: 0 ended as asked, 70 unexpected failure, 74 store, 75 shutdown had to cut, 78 config, 128+n "
        "forced.");
}

void add_exec(CLI::App& app, cli::exec_options& o) {
    CLI::App& exec =
        *app.add_subcommand("exec", "Start a command, kill it at random moments, start it again, and report");
    add_common(exec, o, false);
    add_duration(exec, "--mean-time-between", o.mean_time_between, "mean time between kills [10s]")
        ->envname("MAYHEM_MEAN_TIME_BETWEEN");
    exec.add_option("--count", o.count, "end after so many kills [0: no limit]")->envname("MAYHEM_COUNT");
    add_duration(exec, "--for", o.run_for, "end after so long")->envname("MAYHEM_FOR");
    add_duration(exec, "--ready-within", o.ready_within, "longer than this to come back counts as not recovered [30s]")
        ->envname("MAYHEM_READY_WITHIN");
    exec.add_option_function<std::string>(
            "--signal",
            [&o](const std::string& text) {
                const auto parsed = app::parse_restart_signal(text);
                if (!parsed) {
                    throw CLI::ValidationError("--signal", parsed.error());
                }
                o.signal = *parsed;
            },
            "the signal that kills [KILL]")
        ->envname("MAYHEM_SIGNAL");
    exec.add_flag("--json", o.json, "the report as JSON");
    add_logging(exec, o);
    exec.add_option("command", o.command, "the command and its arguments, after --")->required()->expected(1, 100'000);
    exec.positionals_at_end();
    exec.footer(
        "Example:\n  mayhem exec --mean-time-between 5s --count 10 --ready-within 2s -- ./server --port 8080\n\n"
        "Exit status: 0 it came back every time, 1 it did not, 126/127 the command cannot be started, 128+n forced.");
}

void add_queries(CLI::App& app, cli::history_options& history, cli::report_options& report,
                 cli::common_options& check) {
    const auto add_filters = [](CLI::App& to, cli::history_options& o) {
        add_common(to, o, true);
        add_duration(to, "--since", o.since, "only attempts of the last DURATION");
        to.add_option("--group", o.group, "only this group");
        to.add_option("--target", o.target, "only this target, by id or name");
        to.add_flag("--json", o.json, "JSON instead of text");
    };
    CLI::App& h = *app.add_subcommand("history", "What was done, attempt by attempt, from the record");
    add_filters(h, history);
    h.add_option("-n,--limit", history.limit, "the newest so many [50]");
    h.footer(
        "Example:\n  mayhem history --since 1d --group web\n\nExit status: 0, or 74 if the record cannot be read.");
    CLI::App& r = *app.add_subcommand("report", "How often each target was restarted, and how fast it came back");
    add_filters(r, report);
    r.add_option("--junit", report.junit, "also write it as JUnit XML, a test case a target")->type_name("FILE");
    r.footer(
        "Example:\n  mayhem report --since 7d --json\n  mayhem report --junit report.xml\n\nExit status: 0, or 74 if "
        "the record cannot be read.");
    CLI::App& c =
        *app.add_subcommand("check", "Validate a config file: FILE:LINE:COLUMN, what is wrong, what was meant");
    c.add_option("-c,--config,config", check.config, "the config file")
        ->envname("MAYHEM_CONFIG")
        ->type_name("FILE")
        ->default_str(default_config);
    c.add_flag("--json", check.json, "JSON instead of text");
    c.footer("Example:\n  mayhem check -c /etc/mayhem/mayhem.toml\n\nExit status: 0 valid, 78 not.");
}

void add_plan(CLI::App& app, cli::plan_options& o) {
    CLI::App& plan = *app.add_subcommand("plan", "What will happen: each planned moment, in local time");
    add_common(plan, o, true);
    add_duration(plan, "--for", o.length, "so long [7d]");
    plan.add_option_function<std::string>(
            "--from",
            [&o](const std::string& text) {
                const auto parsed = core::parse_date(text);
                if (!parsed) {
                    throw CLI::ValidationError("--from", parsed.error());
                }
                o.from = *parsed;
            },
            "from the beginning of that day, such as 2026-12-24 [now]")
        ->type_name("DATE");
    plan.add_option("--seed", o.seed, "the plan that this seed would give")->envname("MAYHEM_SEED");
    plan.add_option("--group", o.group, "only this group");
    plan.add_option("-n,--limit", o.limit, "at most so many moments [1000]");
    plan.add_flag("--json", o.json, "JSON instead of text");
    plan.footer(
        "Example:\n  mayhem plan -c /etc/mayhem/mayhem.toml --for 2d --from 2026-12-24\n\n"
        "The same seed, config file and date give the same plan, on every host.\n"
        "Exit status: 0, 74 if the record cannot be read, 78 if the config file cannot be used.");
}

void add_guards(CLI::App& app, cli::common_options& eligible, cli::why_options& why) {
    CLI::App& e = *app.add_subcommand("eligible", "Who could be hit now, group by group; touches nothing");
    add_common(e, eligible, true);
    e.add_flag("--json", eligible.json, "JSON instead of text");
    e.footer(
        "Example:\n  mayhem eligible -c mayhem.toml\n\nExit status: 0, 1 nobody could be hit, 74 store, 78 config.");
    CLI::App& w = *app.add_subcommand("why", "Why a target would or would not be hit now: every guard's answer");
    add_common(w, why, true);
    w.add_option("target", why.target, "the target's id or name")->required();
    w.add_flag("--json", why.json, "JSON instead of text");
    w.footer(
        "Example:\n  mayhem why -c mayhem.toml nginx.service\n\n"
        "Exit status: 0 it could be hit, 1 it could not, 74 store, 78 config.");
}

int main_with_exceptions(int argc, char** argv) {
    CLI::App app{
        "Mayhem restarts your own services at random moments, proves that each came back, and tells how long it took."};
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    app.footer("Documentation: docs/ beside the source. 'mayhem COMMAND --help' has an example of each command.");
    cli::run_options run;
    cli::exec_options exec;
    cli::history_options history;
    cli::report_options report;
    cli::common_options eligible;
    cli::why_options why;
    cli::common_options check;
    cli::plan_options plan;
    add_plan(app, plan);
    add_run(app, run);
    add_exec(app, exec);
    add_queries(app, history, report, check);
    add_guards(app, eligible, why);
    cli::control_options control;
    cli::add_control_commands(app, control);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : static_cast<int>(app::exit_status::usage);
    }
    const std::string chosen = app.get_subcommands().front()->get_name();
    if (chosen == "run") {
        return cli::run(run);
    }
    if (chosen == "exec") {
        return cli::exec(exec);
    }
    if (chosen == "plan") {
        return cli::show_plan(plan);
    }
    if (chosen == "history") {
        return cli::show_history(history);
    }
    if (chosen == "eligible") {
        return cli::show_eligible(eligible);
    }
    if (chosen == "why") {
        return cli::show_why(why);
    }
    if (chosen == "report") {
        return cli::show_report(report);
    }
    if (const std::optional<int> status = cli::run_control_command(chosen, control)) {
        return *status;
    }
    check.config = check.config.value_or(default_config);
    return cli::check(check);
}

}  // namespace

int main(int argc, char** argv) {
    (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone shows as EPIPE
    try {
        return main_with_exceptions(argc, argv);
    } catch (const core::store_failed& e) {
        std::cerr << "mayhem: " << e.what() << '\n';
        return static_cast<int>(app::exit_status::store);
    } catch (const std::exception& e) {
        std::cerr << "mayhem: " << e.what() << '\n';
        return static_cast<int>(app::exit_status::software);
    }
}
