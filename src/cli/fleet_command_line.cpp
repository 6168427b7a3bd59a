#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/add_options.hpp"
#include "cli/config_source.hpp"
#include "cli/fleet_commands.hpp"
#include "cli/fleet_place.hpp"
#include "cli/standard_output.hpp"
#include "config/config.hpp"
#include "config/config_file.hpp"
#include "config/fleet_terms.hpp"
#include "fleet/endpoint.hpp"
#include "fleet/link_settings.hpp"
#include "fleet/sql/migrations.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

constexpr const char* status =
    "\n\nExit status: 0; 69 the database does not answer; 74 it says no; 78 the config file cannot be used.";

std::string check_host(const std::string& name) {
    const bool is_good = !name.empty() && name.size() <= 56 && name.front() != '-' && name.front() != '.' &&
                         name.front() != '_' &&
                         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == std::string::npos;
    return is_good ? std::string()
                   : "a host's name has 1 to 56 of a-z, 0-9, _, . and -, and begins with a letter or digit";
}

CLI::App& add(CLI::App& to, fleet_options& o, const char* name, const char* help, const std::string& footer) {
    CLI::App& command = *to.add_subcommand(name, help);
    add_config(command, o.config, "a config file, whose [fleet] is read");
    add_fleet_place(command, o, "log in as this role, and not as the host's");
    command.add_flag("--json", o.json, "JSON instead of text");
    command.footer(footer);
    return command;
}

/// What the command does, once connected.
fleet_work work_of(std::string_view command, const fleet_options& o, const std::optional<app::config>& c,
                   const app::fleet_config& fleet) {
    if (command == "init") {
        return [](fleet_talk& talk) { return init_fleet(talk); };
    }
    if (command == "migrate" && o.print) {
        return [](fleet_talk& talk) { return print_migration(talk); };
    }
    if (command == "migrate") {
        return [](fleet_talk& talk) { return migrate_fleet(talk); };
    }
    if (command == "add-host") {
        return [name = o.name](fleet_talk& talk) { return add_fleet_host(talk, name); };
    }
    if (command == "forget") {
        return [name = o.name](fleet_talk& talk) { return forget_fleet_host(talk, name); };
    }
    if (command == "accept-loss") {
        return [name = o.name](fleet_talk& talk) { return accept_fleet_loss(talk, name); };
    }
    if (command == "log") {
        return [name = o.name, limit = o.limit](fleet_talk& talk) { return show_fleet_log(talk, name, limit); };
    }
    if (command == "halt") {
        return [name = o.name, why = o.why](fleet_talk& talk) { return halt_fleet(talk, name, why); };
    }
    if (command == "resume") {
        return [name = o.name](fleet_talk& talk) { return resume_fleet(talk, name); };
    }
    if (command == "close-breaker") {
        return [name = o.name](fleet_talk& talk) { return close_fleet_breaker(talk, name); };
    }
    if (command == "status") {
        return [hosts_max = hosts_shown(o.all)](fleet_talk& talk) { return show_fleet_status(talk, hosts_max); };
    }
    if (command == "adopt") {
        if (!c) {
            refuse_config("adopt reads the group's plan and limits from a config file: name it (-c)");
        }
        const core::result<app::fleet_terms> terms = app::fleet_terms_of(*c, fleet, o.name);
        if (!terms) {
            refuse_config(fleet_file_of(o)->string() + ": " + terms.error());
        }
        return [name = o.name, t = *terms](fleet_talk& talk) { return adopt_fleet_plan(talk, name, t.plan, t.terms); };
    }
    return [demands = fleet.database.hosts.size() > 1](fleet_talk& talk) { return check_fleet(talk, demands); };
}

}  // namespace

void add_fleet(CLI::App& app, fleet_options& o) {
    CLI::App& to = *app.add_subcommand(
        "fleet", "The database that the hosts of a fleet agree in: make it, add hosts, look after it");
    to.require_subcommand(1);
    to.footer(
        "'mayhem fleet COMMAND --help' has an example of each. docs/fleet.md says what stands and what does not yet.");
    CLI::App& init = add(
        to, o, "init", "Make the roles, tables and functions in a database",
        std::string("Example:\n  mayhem fleet init --database /run/postgresql --dbname mayhem_shop --user postgres\n\n"
                    "--user may create roles and owns the database. Run again, it changes nothing.") +
            status);
    init.add_flag("--print", o.print, "only print the SQL, for psql; connects to nothing");
    CLI::App& migrate =
        add(to, o, "migrate", "Bring the database up to what this version of mayhem knows",
            std::string("Example:\n  mayhem fleet migrate -c /etc/mayhem/mayhem.toml --user postgres") + status);
    migrate.add_flag("--print", o.print, "only print the SQL that is missing");
    const auto add_named = [&](const char* name, const char* of, const char* help, const std::string& example) {
        CLI::App& command = add(to, o, name, help, "Example:\n  mayhem fleet " + example + status);
        command.add_option(of, o.name, std::string("the ") + of + "'s name")->required();
        return &command;
    };
    add_named("add-host", "host", "Let a host take part: makes its role and prints the password, once",
              "add-host web07 -c /etc/mayhem/mayhem.toml --user postgres")
        ->get_option("host")
        ->check(check_host);
    add_named("forget", "host", "A host takes no part any more: its name, its role, what it has said",
              "forget web07 -c /etc/mayhem/mayhem.toml --user postgres");
    add_named("adopt", "group", "Make a group, or move it to the plan and limits of this config file",
              "adopt web -c /etc/mayhem/mayhem.toml --user alice");
    add_named("accept-loss", "group", "Go on although the database has lost what it had acknowledged",
              "accept-loss web -c /etc/mayhem/mayhem.toml --user alice");
    CLI::App& halt = add(to, o, "halt", "No host acts any more, in one group or in all, within 0.3 s",
                         "Example:\n  mayhem fleet halt --why 'an incident'\n\n"
                         "Any host may do that, as whom its config says it is. \"mayhem fleet resume\" ends it.\n" +
                             std::string(status));
    halt.add_option("group", o.name, "this group alone");
    halt.add_option("--why", o.why, "for whoever asks")->type_name("TEXT");
    add(to, o, "resume", "What was halted goes on",
        std::string("Example:\n  mayhem fleet resume --user alice") + status)
        .add_option("group", o.name, "what was halted of this group alone");
    add_named("close-breaker", "group", "A group whose breaker is open goes on", "close-breaker web --user alice");
    add(to, o, "status", "Which hosts are there, and how each group stands",
        "Example:\n  mayhem fleet status --user alice\n\n"
        "Exit status: 0; 1 a host is silent, or a group is halted or its breaker open; 69 the database does not "
        "answer; 74 it says no; 78 the config file cannot be used.")
        .add_flag("--all", o.all, "every host, however many there are [20, those that are not present first]");
    add_named("log", "group", "What was decided in a group, by whom", "log web -c /etc/mayhem/mayhem.toml --user alice")
        ->add_option("-n,--limit", o.limit, "the newest so many [50]")
        ->check(whole_number(1, 10'000));
    add(to, o, "check", "Everything that a fleet rests on: schema, rights, durability, clock, notifications",
        "Example:\n  mayhem fleet check -c /etc/mayhem/mayhem.toml\n\n"
        "Run it as the user of the daemon, who can read the password.\n"
        "Exit status: 0 all is well, 1 something is not; 69 the database does not answer; 74 it says no; "
        "78 the config file cannot be used.");
}

int run_fleet_command(std::string_view command, const fleet_options& o) {
    try {
        if (command == "init" && o.print) {
            print(fleet::migration_script(0));
            return 0;
        }
        const std::optional<app::config> c = fleet_config_of(fleet_file_of(o));
        const app::fleet_config fleet = fleet_settings_of(o, c);
        const fleet_answer answer = talk_to_fleet(fleet.database, work_of(command, o, c, fleet));
        o.json ? print_json(core::json_text(answer.json)) : print(answer.text);
        return answer.status;
    } catch (const fleet_trouble& e) {
        return print_trouble(e);
    }
}

}  // namespace mayhem::cli
