#include <string>

#include <CLI/CLI.hpp>

#include "cli/add_options.hpp"
#include "mayhem/core/plan/time_window.hpp"

namespace mayhem::cli {

namespace {

std::string why_no_hours(const std::string& text) {
    const auto window = core::parse_time_window(text);
    return window ? std::string() : window.error();
}

}  // namespace

void add_arm(CLI::App& app, arm_options& o) {
    CLI::App& arm = *app.add_subcommand("arm", "A group for these units, armed, and the right to restart them");
    arm.add_option("units", o.units, "what they are called: nginx, redis, web@1.service")->required();
    add_common(arm, o, true);
    arm.add_option("--socket", o.socket, "the daemon's control socket")->envname("MAYHEM_SOCKET")->type_name("FILE");
    arm.add_option("--group", o.group, "the group's name [made of the units']");
    arm.add_option("--hours", o.hours, "only within these hours [those of [schedule], or any]")
        ->check(why_no_hours)
        ->allow_extra_args(false)
        ->type_name("09:00-17:00");
    arm.add_flag("--print", o.print, "only show what would be written, and where");
    arm.add_flag("-y,--yes", o.yes, "write it without asking");
    arm.add_flag("--wait", o.wait, "then restart the first unit, and wait until it is back");
    arm.add_flag("--json", o.json, "JSON instead of text; with --yes or --print");
    arm.footer(
        "Example:\n  mayhem arm --print nginx\n  mayhem arm nginx redis\n  mayhem arm --yes --wait nginx\n\n"
        "Adds a group to the service's config file, where it keeps what is there, and a rule of polkit where Mayhem "
        "does not\nrun as root; asks first, then has the daemon reload. Arms that group and no other. What goes wrong "
        "leaves the\nfiles as they were.\n"
        "Exit status: 0 armed, and with --wait: back; 1 a unit cannot be armed, or was not back; 64 no terminal to ask "
        "on; 74\nnot written; 78 config.");
}

}  // namespace mayhem::cli
