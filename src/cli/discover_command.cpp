// `mayhem discover`: a config file of what this host offers, to be read.
#include <array>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/add_options.hpp"
#include "cli/output_file.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "daemon/exit_status.hpp"
#include "discovery/discovered_config.hpp"
#include "discovery/found_groups.hpp"
#include "discovery/host_look.hpp"

namespace mayhem::cli {

namespace {

constexpr std::array<const char*, 2> engines{"/var/run/docker.sock", "/run/podman/podman.sock"};

std::string find_engine() {
    for (const char* const socket : engines) {
        std::error_code unknown;
        if (std::filesystem::is_socket(socket, unknown)) {
            return socket;
        }
    }
    return engines.front();
}

std::string summary(const app::findings& found, const std::string& where) {
    return "mayhem: " + std::to_string(found.groups.size()) + (found.groups.size() == 1 ? " group, " : " groups, ") +
           std::to_string(found.left_out.size()) + " left out; a dry run" + where;
}

}  // namespace

int discover(const discover_options& o) {
    std::error_code unknown;
    if (o.output && std::filesystem::exists(std::filesystem::symlink_status(*o.output, unknown))) {
        throw cannot_write(o.output->string() + " is there already: name a new file, and compare");
    }
    const app::host_facts host = app::look_at_host(o.engine.value_or(find_engine()));
    const app::findings found = app::find_groups(host);
    const std::string text = app::to_config(host, found);
    const app::config_result read = app::parse_config(text, "what was found");
    if (!read) {
        for (const settings::error& e : read.error()) {
            print_error(to_string(e));
        }
        return static_cast<int>(app::exit_status::software);
    }
    if (o.output) {
        output_file(*o.output).write(text);
        print_error(summary(found, ": mayhem check " + o.output->string()));
    } else {
        print_json(text);
        print_error(summary(found, ""));
    }
    return static_cast<int>(app::exit_status::success);
}

void add_discover(CLI::App& app, discover_options& o) {
    CLI::App& discover = *app.add_subcommand("discover", "A config of what this host offers, in dry run, to be read");
    discover.add_option("-o,--output", o.output, "a new file [standard output]")->type_name("FILE");
    discover.add_option("--engine", o.engine, "the socket of the containers' engine [Docker's, or else Podman's]")
        ->type_name("FILE");
    discover.footer(
        "Example:\n  mayhem discover -o found.toml\n  mayhem check found.toml\n\n"
        "Looks at systemd's services, containers, timers and who listens where, as root at everybody; asks the ports "
        "that\nweb servers have for their health. Changes nothing.\n"
        "Exit status: 0 written; 74 not written.");
}

}  // namespace mayhem::cli
