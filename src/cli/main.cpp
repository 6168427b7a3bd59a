#include <algorithm>
#include <csignal>
#include <cstdint>
#include <exception>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "actions/holder/be_holder.hpp"
#include "actions/holder/holder_name.hpp"
#include "cli/add_duration.hpp"
#include "cli/add_options.hpp"
#include "cli/command_line.hpp"
#include "cli/control_commands.hpp"
#include "cli/fleet_commands.hpp"
#include "cli/request_command.hpp"
#include "cli/standard_output.hpp"
#include "daemon/exit_status.hpp"
#include "holding/serve_holder.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/plan/date_range.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "record/history.hpp"

namespace {

using namespace mayhem;
using cli::add_common;
using cli::add_duration;
using cli::add_logging;

constexpr const char* version = "mayhem " MAYHEM_VERSION;

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

void add_queries(CLI::App& app, cli::history_options& history, cli::report_options& report, cli::check_options& check) {
    const auto add_filters = [](CLI::App& to, cli::history_options& o) {
        add_common(to, o, true);
        add_duration(to, "--since", o.since, "only attempts of the last DURATION");
        to.add_option("--group", o.group, "only this group");
        to.add_option("--target", o.target, "only this target, by id or name");
        to.add_flag("--json", o.json, "JSON instead of text");
        cli::add_fleet_source(to, o.fleet);
    };
    CLI::App& h = *app.add_subcommand("history", "What was done, attempt by attempt, from the record");
    add_filters(h, history);
    h.add_option("-n,--limit", history.limit, "the newest so many [50]")
        ->check(cli::whole_number(1, stores::history_filter::limit_max));
    h.footer(
        "Example:\n  mayhem history --since 1d --group web\n  mayhem history --fleet --user alice\n\nExit status: 0; "
        "74 "
        "the record cannot be read; 69 the fleet's database does not answer.");
    CLI::App& r = *app.add_subcommand("report", "How often each target was restarted, and how fast it came back");
    add_filters(r, report);
    r.add_option("--junit", report.junit, "also write it as JUnit XML, a test case a target")->type_name("FILE");
    r.add_option("--html", report.html, "also write it as one HTML file with everything in it")
        ->type_name("FILE")
        ->excludes(r.get_option("--fleet"));
    r.footer(
        "Example:\n  mayhem report --since 7d --json\n  mayhem report --since 7d --html report.html\n"
        "  mayhem report --fleet --user alice\n\nExit status: 0; 74 the record cannot be read; 69 the fleet's database "
        "does not answer.");
    CLI::App& c =
        *app.add_subcommand("check", "Validate a config file: FILE:LINE:COLUMN, what is wrong, what was meant");
    cli::add_config(c, check.config, "the config file", "-c,--config,config");
    c.add_flag("--json", check.json, "JSON instead of text");
    c.add_flag("--offline", check.offline, "read the file alone, and do not look at the targets");
    c.footer("Example:\n  mayhem check -c /etc/mayhem/mayhem.toml\n\nExit status: 0 valid, 78 not.");
}

void add_plan(CLI::App& app, cli::plan_options& o) {
    CLI::App& plan = *app.add_subcommand("plan", "What will happen: each planned moment, in local time");
    add_common(plan, o, true);
    add_duration(plan, "--for", o.question.length, "so long [7d]");
    plan.add_option_function<std::string>(
            "--from",
            [&o](const std::string& text) {
                const auto parsed = core::parse_date(text);
                if (!parsed) {
                    throw CLI::ValidationError("--from", parsed.error());
                }
                o.question.from = *parsed;
            },
            "from the beginning of that day, such as 2026-12-24 [now]")
        ->type_name("DATE");
    plan.add_option("--seed", o.seed, "the plan that this seed would give")
        ->envname("MAYHEM_SEED")
        ->check(cli::whole_number(0, std::numeric_limits<std::uint64_t>::max()));
    plan.add_option("--group", o.question.group, "only this group");
    plan.add_option("-n,--limit", o.question.limit, "at most so many moments [1000]")
        ->check(cli::whole_number(1, 1'000'000));
    plan.add_flag("--offline", o.offline, "do not look at the targets");
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
    cli::add_fleet_source(w, why.fleet);
    w.footer(
        "Example:\n  mayhem why -c mayhem.toml nginx.service\n  mayhem why --fleet --user alice nginx.service\n\n"
        "Exit status: 0 it could be hit, 1 it could not, 74 store, 78 config; with --fleet also 69 and 74 of its "
        "database.");
}

void add_notify(CLI::App& app, cli::notify_options& o) {
    CLI::App& notify =
        *app.add_subcommand("notify", "Send a test notification to the webhooks and hooks of a config file");
    cli::add_config(notify, o.config);
    notify.add_option("name", o.name, "only the webhook or hook of that name");
    notify.add_flag("--json", o.json, "JSON instead of text");
    notify.footer(
        "Example:\n  mayhem notify -c mayhem.toml chat\n\n"
        "Run it as the user of the daemon, who can read the files with secrets.\n"
        "Exit status: 0 all delivered, 1 not, 78 config.");
}

void add_undo(CLI::App& app, cli::common_options& o) {
    CLI::App& undo =
        *app.add_subcommand("undo", "End whatever Mayhem has done that lasts and still stands, of any life");
    add_common(undo, o, true);
    undo.add_flag("--json", o.json, "JSON instead of text");
    undo.footer(
        "Example:\n  mayhem undo -c /etc/mayhem/mayhem.toml\n\n"
        "A frozen process is let go when its holder ends, whatever happens to Mayhem, and a paused container is "
        "resumed by\n"
        "the next start: this is for when neither is to be waited for. 'mayhem status' shows what stands.\n"
        "Exit status: 0 nothing stands any more, 1 something does, 74 the record cannot be read.");
}

/// CLI11 would only say that a command is required. Empty: there is no such word, or it is a command.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
    const std::string word = argc > 1 ? argv[1] : "-";
    std::vector<std::string> names;
    for (const CLI::App* const command : app.get_subcommands(nullptr)) {
        names.push_back(command->get_name());
    }
    if (word.starts_with('-') || std::ranges::find(names, word) != names.end()) {
        return {};
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    const auto meant = core::closest_name(word, known);
    return "there is no command '" + word + "'" +
           (meant ? ": did you mean '" + std::string(*meant) + "'?" : ": mayhem --help lists those there are");
}

int main_with_exceptions(int argc, char** argv) {
    CLI::App app{
        "Mayhem restarts your own services at random moments, proves that each came back, and tells how long it took.",
        "mayhem"};
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    app.footer(
        "Documentation: man mayhem, man mayhem.toml, and docs/ beside the source. 'mayhem COMMAND --help' has an "
        "example of each command.");
    cli::run_options run;
    cli::exec_options exec;
    cli::history_options history;
    cli::report_options report;
    cli::common_options eligible;
    cli::why_options why;
    cli::check_options check;
    cli::plan_options plan;
    add_plan(app, plan);
    add_run(app, run);
    cli::add_exec(app, exec);
    add_queries(app, history, report, check);
    add_guards(app, eligible, why);
    cli::notify_options notify;
    add_notify(app, notify);
    cli::arm_options arm;
    cli::add_arm(app, arm);
    cli::discover_options discover;
    cli::add_discover(app, discover);
    cli::common_options undo;
    add_undo(app, undo);
    cli::fleet_options fleet;
    cli::add_fleet(app, fleet);
    cli::request_options request;
    cli::add_request(app, request);
    cli::control_options control;
    cli::add_control_commands(app, control);
    if (const std::string unknown = unknown_command(app, argc, argv); !unknown.empty()) {
        cli::print_error("mayhem: " + unknown);
        return static_cast<int>(app::exit_status::usage);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        std::ostringstream help;
        std::ostringstream complaint;
        const bool is_help = app.exit(e, help, complaint) == 0;
        is_help ? cli::print(help.str()) : cli::print_error(complaint.str());
        return is_help ? 0 : static_cast<int>(app::exit_status::usage);
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
    if (chosen == "notify") {
        return cli::try_notifications(notify);
    }
    if (chosen == "arm") {
        return cli::arm(arm);
    }
    if (chosen == "discover") {
        return cli::discover(discover);
    }
    if (chosen == "undo") {
        return cli::undo(undo);
    }
    if (chosen == "fleet") {
        return cli::run_fleet_command(app.get_subcommands().front()->get_subcommands().front()->get_name(), fleet);
    }
    if (chosen == "request") {
        return cli::request(request);
    }
    if (chosen == "report") {
        return cli::show_report(report);
    }
    if (const std::optional<int> status = cli::run_control_command(chosen, control)) {
        return *status;
    }
    return cli::check(check);
}

}  // namespace

int main(int argc, char** argv) {
    (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone shows as EPIPE
    try {
        if (argc >= 3 && argv[1] == actions::holder_command && argv[2] == actions::holder_served) {  // for systemd
            return holding::serve_holder(STDIN_FILENO);
        }
        if (argc >= 3 && argv[1] == actions::holder_command) {  // for Mayhem alone
            const bool is_inside = argc > 3 && argv[3] == actions::holder_inside;
            return actions::be_holder(argv[2], is_inside, STDIN_FILENO, STDOUT_FILENO);
        }
        const int status = main_with_exceptions(argc, argv);
        cli::flush_standard_output();
        return status;
    } catch (const core::store_failed& e) {
        cli::print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::store);
    } catch (const cli::cannot_write& e) {
        cli::print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::not_written);
    } catch (const std::exception& e) {
        cli::print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::software);
    }
}
