#include "cli/fleet_place.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <pwd.h>
#include <unistd.h>

#include "cli/config_source.hpp"
#include "cli/fleet_session.hpp"
#include "cli/standard_output.hpp"
#include "config/config.hpp"
#include "config/config_file.hpp"
#include "fleet/endpoint.hpp"
#include "fleet/link_settings.hpp"

namespace mayhem::cli {

void add_fleet_place(CLI::App& to, fleet_place& o, const char* whom) {
    to.add_option("--database", o.database, "HOST:PORT of the database, or the folder of its socket; may be repeated")
        ->allow_extra_args(false)
        ->type_name("HOST");
    to.add_option("--dbname", o.dbname, "the name of the database")->type_name("NAME");
    to.add_option("--user", o.user, whom)->type_name("ROLE");
    to.add_option("--password-file", o.password_file, "a file with the password of --user")->type_name("FILE");
}

void add_fleet_source(CLI::App& to, fleet_source& o) {
    CLI::Option* const asked = to.add_flag("--fleet", o.is_asked, "of all hosts, from the fleet's database");
    add_fleet_place(to, o, "with --fleet: log in as this role, a member of mayhem_reader [whoever runs the command]");
    to.add_option("--host", o.host, "with --fleet: only this host");
    for (const char* const name : {"--database", "--dbname", "--user", "--password-file", "--host"}) {
        to.get_option(name)->needs(asked);
    }
}

void refuse_config(const std::string& text) { throw fleet_trouble(app::exit_status::config, text); }

std::optional<std::filesystem::path> fleet_file_of(const fleet_place& o) {
    std::error_code unknown;
    const bool is_told_otherwise = o.config || !o.database.empty();
    return is_told_otherwise || !std::filesystem::exists(service_config, unknown) ? o.config : service_config;
}

std::optional<app::config> fleet_config_of(const std::optional<std::filesystem::path>& file) {
    if (!file) {
        return std::nullopt;
    }
    app::config_result read = app::read_config_file(*file);
    if (!read) {
        std::string all;
        for (const settings::error& e : read.error()) {
            all += (all.empty() ? "" : "\n") + to_string(e);
        }
        refuse_config(all);
    }
    return std::move(read).value();
}

app::fleet_config fleet_settings_of(const fleet_place& o, const std::optional<app::config>& c) {
    app::fleet_config fleet = c ? c->fleet.value_or(app::fleet_config{}) : app::fleet_config{};
    if (!o.database.empty()) {
        fleet.database.hosts.clear();
        for (const std::string& text : o.database) {
            const core::result<fleet::endpoint> host = fleet::parse_endpoint(text);
            if (!host) {
                refuse_config(host.error());
            }
            fleet.database.hosts.push_back(*host);
        }
    }
    fleet.database.dbname = o.dbname.value_or(fleet.database.dbname);
    if (o.user) {
        fleet.database.user = *o.user;
        fleet.database.password_file = o.password_file.value_or("");
        fleet.database.certificate.clear();
        fleet.database.key.clear();
    }
    if (const std::string trouble = fleet::trouble_in(fleet.database); !trouble.empty()) {
        refuse_config(trouble + ": give a config file with [fleet] (-c), or --database, --dbname and --user");
    }
    return fleet;
}

fleet::link_settings fleet_reader_of(fleet_place o, const std::optional<app::config>& c) {
    o.user = o.user.value_or(login_name());
    return fleet_settings_of(o, c).database;
}

std::string login_name() {
    const passwd* const user = ::getpwuid(::geteuid());
    return user == nullptr ? "?" : user->pw_name;
}

int print_trouble(const fleet_trouble& e) {
    print_error(std::string("mayhem: ") + e.what());
    return static_cast<int>(e.status);
}

}  // namespace mayhem::cli
