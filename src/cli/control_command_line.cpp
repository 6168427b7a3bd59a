#include <string>

#include <CLI/CLI.hpp>

#include "api/profile_route.hpp"
#include "cli/add_duration.hpp"
#include "cli/add_options.hpp"
#include "cli/control_commands.hpp"

namespace mayhem::cli {

namespace {

CLI::App& add(CLI::App& app, control_options& o, const char* name, const char* help, const std::string& example,
              const char* status) {
    CLI::App& to = *app.add_subcommand(name, help);
    add_config(to, o.config, "a config file, whose [control] socket and [store] path are read");
    to.add_option("--socket", o.socket, "the daemon's control socket")->envname("MAYHEM_SOCKET")->type_name("FILE");
    to.add_flag("--json", o.json, "JSON instead of text");
    to.footer("Example:\n  mayhem " + example + "\n\nExit status: " + status);
    return to;
}

constexpr const char* usual = "0, 1 if the daemon says no, 69 if none answers.";
constexpr const char* of_halt =
    "0; 1 if the daemon says no, or something else still halts it; 74 if there is no daemon and the database cannot be "
    "written.";

constexpr const char* of_resume =
    "0; 1 if the daemon says no, something else still halts it, or the breaker was not open; 74 if the database cannot "
    "be written.";

constexpr const char* of_restart =
    "0 asked for, or with --wait: back; 1 the daemon says no, and with --wait also refused, not back or given up; 69 "
    "if "
    "none answers; 75 not over within --timeout.";

constexpr const char* of_fault =
    "0 asked for, or with --wait: back; 1 the daemon says no, and with --wait also refused, not back, not tolerated, "
    "broken off or given up; 69 if none answers; 75 not over within --timeout.";

}  // namespace

void add_control_commands(CLI::App& app, control_options& o) {
    CLI::App& status = add(app, o, "status", "The running daemon at a glance: what is, what is next, what was last",
                           "status --watch", usual);
    status.add_flag("--watch", o.watch, "again as soon as something happens, until it is interrupted");
    status.add_flag("--all", o.all, "every group, however many there are [the first 20]");
    add_fleet_source(status, o.fleet);
    status.get_option("--watch")->excludes("--fleet");
    status.add_flag("-v,--verbose", o.verbose, "also what was counted since it started, and the queue");
    add(app, o, "tasks", "Every live task of the daemon, with its stack", "tasks --json", usual);
    add(app, o, "targets", "What each group selects now", "targets -c /etc/mayhem/mayhem.toml", usual);
    CLI::App& events = add(app, o, "events", "What happens, as it happens", "events --json", usual);
    add_fleet_source(events, o.fleet);
    add(app, o, "open", "Where the web page is, and the tunnel to it", "open", usual);
    add(app, o, "mark", "Tells of something outside, for the pictures of the page", "mark 'deployed 1.4.2'", usual)
        .add_option("text", o.text, "what happened, at most 200 bytes")
        ->required();
    CLI::App& halt = add(app, o, "halt", "Nothing is restarted any more, until `resume`",
                         "halt --why 'release in progress'", of_halt);
    halt.add_option("--why", o.why, "the reason, for those who ask later")->check([](const std::string& text) {
        return text.size() <= 1000 ? std::string() : std::string("at most 1000 bytes");
    });
    CLI::App& resume =
        add(app, o, "resume", "Takes `halt` back, or closes the breaker of a group", "resume web", of_resume);
    resume.add_option("group", o.group, "close the breaker of this group; without it, take `halt` back");
    for (CLI::App* const to : {&halt, &resume}) {
        to->add_option("--store", o.store, "the database, for when no daemon answers")
            ->envname("MAYHEM_STORE")
            ->type_name("FILE");
    }
    CLI::App& restart = add(app, o, "restart", "Restarts one target now, if the guards allow it",
                            "restart --wait web@1.service", of_restart);
    restart.add_option("target", o.target, "the target's id or name")->required();
    restart.add_option("--group", o.group, "its group, where several have it");
    restart.add_flag("--wait", o.wait, "until it is restarted and back, refused or given up");
    add_duration(restart, "--timeout", o.timeout, "how long --wait waits [2m]");
    CLI::App& fault = add(app, o, "fault", "Does something to one target now, if its group and the guards allow it",
                          "fault --wait web@1.service freeze --for 20s", of_fault);
    fault.add_option("target", o.target, "the target's id or name")->required();
    fault.add_option("action", o.action, "what is done to it: freeze, cut, kill, ...")->required();
    fault.add_option("--group", o.group, "its group, where several have it");
    fault.add_flag("--wait", o.wait, "until it is over and the target back, refused or given up");
    add_duration(fault, "--timeout", o.timeout, "how long --wait waits [2m]");
    add_fault(fault, o);
    CLI::App& profile = add(app, o, "profile", "A CPU profile of the running daemon, for google-pprof and KCachegrind",
                            "profile --seconds 10 -o mayhem.prof",
                            "0, 1 if the daemon says no, 69 if none answers, 74 if FILE cannot be written.");
    profile.add_option("--seconds", o.seconds, "for so long [10]")
        ->check(CLI::Range(1, static_cast<int>(app::profile_max.count())))
        ->type_name("1..60");
    profile.add_option("-o,--output", o.output, "where to write it")->required()->type_name("FILE");
    add(app, o, "drain", "The daemon takes no new work, finishes what runs, and ends", "drain", usual);
}

}  // namespace mayhem::cli
