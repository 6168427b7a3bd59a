// `mayhem arm`: a group for some units, from nothing to the first restart.
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/arm_text.hpp"
#include "cli/arming.hpp"
#include "cli/command_line.hpp"
#include "cli/control_commands.hpp"
#include "cli/control_text.hpp"
#include "cli/file_changes.hpp"
#include "cli/standard_output.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

bool is_terminal() { return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0; }

bool asks(const std::string& question) {
    print(question + " [y/N] ");
    (void)show_printed();
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

std::string why_no_polkit(const arm_plan& p) {
    std::error_code unknown;
    return p.rule_file.empty() || std::filesystem::is_directory(p.rule_file.parent_path(), unknown)
               ? ""
               : p.rule_file.parent_path().string() + " is not there, so that the user " + p.user +
                     " cannot be allowed to restart anything: install polkit (apt install polkitd)";
}

/// Throws `cannot_write` and `cannot_arm`; then everything is as it was.
void write_and_reload(const arm_plan& p, bool is_quiet) {
    file_changes changes;
    if (!p.rule_file.empty()) {
        changes.create(p.rule_file, p.rule_text);
    }
    changes.replace(p.config_file, p.config_before, p.config_after);
    if (p.is_its_config) {
        const auto say = is_quiet ? +[](const std::string&) {} : +[](const std::string& text) {
            print(text);
            (void)show_printed();
        };
        const std::string trouble = reload_and_await(*p.daemon, p.group, say);
        if (!trouble.empty()) {
            std::string all = trouble + "; the files are as they were";
            for (const std::string& left : changes.take_back()) {
                all += "\n" + left;
            }
            ask_to_reload(*p.daemon);
            throw cannot_arm(static_cast<int>(app::exit_status::findings), all);
        }
    }
    changes.keep();
}

struct first_restart {
    json told;  ///< null: none was asked for
    int status = 0;
};

first_restart restart_first(const arm_options& o, const arm_plan& p) {
    control_options wish;
    wish.target = p.units.front().unit;
    wish.group = p.group;
    wish.wait = true;
    const control_client::reply r = restart_when_possible(wish, p.daemon->client, [&o](const std::string& text) {
        if (!o.json) {
            print(text);
            (void)show_printed();
        }
    });
    const json j = core::parse_json<json>(r.body);
    if (!j.is_object() || !j.contains("state")) {
        return {.told = json(), .status = say_no(r)};
    }
    return {.told = j,
            .status = static_cast<int>(j.value("state", "") == "recovered" ? app::exit_status::success
                                                                           : app::exit_status::findings)};
}

bool wants_restart(const arm_options& o, const arm_plan& p) {
    const app::unit_fitness& first = p.units.front();
    if (o.wait) {
        return true;
    }
    if (!first.refused_now.empty() || o.yes || !is_terminal()) {
        print(
            (first.refused_now.empty() ? std::string() : first.unit + " is not hit now: " + first.refused_now + ".\n") +
            "To see the first restart: mayhem restart --wait " + first.unit + "\n");
        return false;
    }
    return asks("Restart " + first.unit + " now, and wait until it is back?");
}

json to_json(const arm_plan& p, bool is_written, const first_restart& first) {
    json units = json::array();
    for (const app::unit_fitness& u : p.units) {
        units.push_back({{"unit", u.unit}, {"refused_now", u.refused_now}, {"reach", u.reach}});
    }
    return {{"group", p.group},
            {"units", units},
            {"config", p.config_file.string()},
            {"text", p.group_text},
            {"rule_file", p.rule_file.empty() ? json() : json(p.rule_file.string())},
            {"rule", p.rule_file.empty() ? json() : json(p.rule_text)},
            {"warnings", p.warnings},
            {"is_written", is_written},
            {"is_loaded", is_written && p.is_its_config},
            {"restart", first.told}};
}

/// What is left once it is written.
int finish(const arm_options& o, const arm_plan& p) {
    first_restart first;
    if (!o.json) {
        print(written_text(p) + (p.is_its_config ? "" : how_to_start(p)));
    }
    if (p.is_its_config && (o.json ? o.wait : wants_restart(o, p))) {
        (void)show_printed();
        first = restart_first(o, p);
        if (!o.json && first.told.is_object()) {
            print(restart_text(first.told));
        }
    }
    if (o.json) {
        print_json(core::json_text(to_json(p, true, first)));
    }
    return first.status;
}

int show(const arm_options& o, const arm_plan& p) {
    o.json ? print_json(core::json_text(to_json(p, false, {}))) : print(to_text(p) + "Nothing was written.\n");
    return 0;
}

}  // namespace

int arm(const arm_options& o) {
    if (!o.print && ::geteuid() != 0) {
        print_error(
            "mayhem: arm writes the service's config and a rule of polkit: run it as root, or with --print, which "
            "only shows");
        return static_cast<int>(app::exit_status::usage);
    }
    try {
        const arm_plan p = plan_arming(o);
        if (o.print) {
            return show(o, p);
        }
        if (const std::string why = why_no_polkit(p); !why.empty()) {
            throw cannot_arm(static_cast<int>(app::exit_status::findings), why);
        }
        if (!o.json) {
            print(to_text(p));
        }
        if (!o.yes && (o.json || !is_terminal())) {
            throw cannot_arm(static_cast<int>(app::exit_status::usage),
                             "there is no terminal to ask on: --yes writes it without, --print only shows");
        }
        if (!o.yes && !asks(p.is_its_config ? "Write this, and reload the daemon?" : "Write this?")) {
            print("Nothing was written.\n");
            return static_cast<int>(app::exit_status::findings);
        }
        write_and_reload(p, o.json);
        return finish(o, p);
    } catch (const cannot_arm& e) {
        print_error(std::string("mayhem: ") + e.what());
        return e.status();
    } catch (const no_daemon& e) {
        print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::unavailable);
    }
}

}  // namespace mayhem::cli
