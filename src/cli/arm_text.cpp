#include "cli/arm_text.hpp"

#include <sstream>

#include <fmt/format.h>

#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::cli {

namespace {

std::string indented(const std::string& text) {
    std::string all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        all += line.empty() ? "\n" : "    " + line + "\n";
    }
    return all;
}

std::string unit_line(const app::unit_fitness& u) {
    const std::string reach = u.reach.empty() ? "" : "; " + u.reach;
    return u.refused_now.empty()
               ? fmt::format("  {} would come back{}\n", u.unit, reach)
               : fmt::format("  {} would come back{}; not at this moment: {}\n", u.unit, reach, u.refused_now);
}

std::string meaning(const arm_plan& p) {
    return fmt::format("one of {} every {} on average, {}", p.units.size() == 1 ? "it" : "its units",
                       core::format_duration(p.mean), p.hours.empty() ? "at any hour" : "within " + p.hours);
}

}  // namespace

std::string to_text(const arm_plan& p) {
    std::string text;
    for (const std::string& alias : p.aliases) {
        text += alias + ".\n";
    }
    text += "Looked at:\n";
    for (const app::unit_fitness& u : p.units) {
        text += unit_line(u);
    }
    for (const std::string& warning : p.warnings) {
        text += "  warning: " + warning + "\n";
    }
    text += fmt::format("\nTo be {} {}{}:\n\n{}", p.is_in_place ? "changed in" : "added to", p.config_file.string(),
                        p.is_in_place ? ", where the group stands as a dry run" : "", indented(p.group_text));
    if (!p.rule_file.empty()) {
        text += fmt::format("\nTo be written to {}, because Mayhem runs as the user {}:\n\n{}", p.rule_file.string(),
                            p.user, indented(p.rule_text));
    }
    return text + fmt::format(
                      "\nThis arms group '{}' and no other (dry_run = false in it): Mayhem will restart {}. "
                      "\"mayhem halt\" stops it at any time.\n",
                      p.group, p.units.size() == 1 ? meaning(p).substr(7) : meaning(p));
}

std::string written_text(const arm_plan& p) {
    return fmt::format("{}: {}\nArmed: group '{}', and no other that was not.\n", p.config_file.string(), p.verdict,
                       p.group);
}

std::string how_to_start(const arm_plan& p) {
    if (p.daemon) {
        return fmt::format("The daemon that answers does not run with {}, but with {}: start one with -c {}\n",
                           p.config_file.string(), p.daemon->config.empty() ? "no file" : p.daemon->config,
                           p.config_file.string());
    }
    return p.is_service ? std::string("No daemon answers. Start it: systemctl start mayhem\n")
                        : "No daemon answers. Start one: mayhem run -c " + p.config_file.string() + "\n";
}

}  // namespace mayhem::cli
