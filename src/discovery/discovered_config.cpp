#include "discovery/discovered_config.hpp"

#include <sstream>

#include "drivers/systemd/polkit_rule.hpp"
#include "mayhem/core/text/escaped.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::app {

namespace {

std::string comment(const std::string& text) { return "# " + core::printable_text(text) + "\n"; }

std::string head(const host_facts& host, const findings& found) {
    std::string text =
        comment("Written by \"mayhem discover\" on " + host.host + ": what this host offers, to be read.");
    text +=
        comment("It is a dry run: nothing is restarted. mayhem check says what it thinks of it, mayhem plan -c what");
    text += comment("would happen when; dry_run = false in a group and a reload arm that group.");
    for (const std::string& sentence : host.unlooked) {
        text += comment("Not looked at: " + sentence);
    }
    text += "\ndry_run = true\n";
    if (!host.zone.empty()) {
        text += "timezone = " + core::escaped(host.zone) + "\n";
    }
    text +=
        "\n# Working hours, when somebody is there to see what breaks. Each group has these on its own.\n"
        "[schedule]\ndays = [\"mon-fri\"]\nhours = [\"09:00-12:00\", \"13:00-16:30\"]\n"
        "mean_time_between = \"4h\"\nmin_time_between = \"30m\"\nmax_per_day = 4\n";
    return found.groups.empty() && found.workers.empty() ? text + "\n# Nothing was found that could be restarted.\n"
                                                         : text;
}

std::string rule(const host_facts& host, const findings& found) {
    if (host.user.empty() || found.units.empty()) {
        return {};
    }
    std::string text =
        "\n" + comment("Mayhem runs as the user " + host.user + ". To restart these units it needs a file");
    text += comment("/etc/polkit-1/rules.d/50-mayhem-discovered.rules that says (leave out what is not to be armed):") +
            "#\n";
    std::istringstream lines(
        drivers::polkit_rules_file(found.units, drivers::systemd_action::restart, host.user,
                                   "Lets the user " + host.user + " restart these units, and no others."));
    for (std::string line; std::getline(lines, line);) {
        text += "#     " + core::printable_text(line) + "\n";
    }
    return text;
}

std::string commented_out(const std::string& lines) {
    std::string text;
    std::istringstream all(lines);
    for (std::string line; std::getline(all, line);) {
        text += (line.starts_with('#') || line.empty() ? "" : "#") + line + "\n";
    }
    return text;
}

/// A daemon that does not run as root can neither see nor signal them as it is.
std::string workers(const host_facts& host, const findings& found) {
    std::string text;
    for (const proposed_group& g : found.workers) {
        text += "\n" + to_toml(g);
    }
    return host.user.empty() || text.empty()
               ? text
               : "\n# Processes. To see and signal them the service needs process-driver.conf (mayhem's examples, in\n"
                 "# /usr/share/doc/mayhem) in /etc/systemd/system/mayhem.service.d/: with it, uncomment what is "
                 "meant.\n" +
                     commented_out(text);
}

/// Likewise for containers.
std::string rights_for_containers(const host_facts& host) {
    return host.user.empty() || host.containers.empty() ? ""
                                                        : "\n# Containers: the service needs docker-driver.conf "
                                                          "(mayhem's examples, in /usr/share/doc/mayhem) in\n"
                                                          "# /etc/systemd/system/mayhem.service.d/.\n";
}

std::string leavings(const findings& found) {
    std::string text = found.left_out.empty() ? "" : "\n# Left out:\n#\n";
    for (const left_out& l : found.left_out) {
        text += comment(l.what + ": " + l.why);
    }
    return text;
}

}  // namespace

std::string to_config(const host_facts& host, const findings& found) {
    std::string text = head(host, found);
    for (const proposed_group& g : found.groups) {
        text += "\n" + to_toml(g);
    }
    return text + workers(host, found) + rights_for_containers(host) + rule(host, found) + leavings(found);
}

}  // namespace mayhem::app
