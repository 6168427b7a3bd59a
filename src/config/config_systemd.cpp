#include "config/config_systemd.hpp"

#include <array>
#include <chrono>
#include <string>

#include "config/config_signal.hpp"
#include "config/config_texts.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using drivers::systemd_action;

constexpr std::array<std::string_view, 3> action_names{"restart", "kill", "stop"};
constexpr std::array<std::string_view, 2> manager_names{"system", "user"};

void read_units(config_section& section, std::vector<std::string>& units) {
    if (!section.has("units")) {
        section.fail(R"(selects nothing: give units = ["web.service", "web@*.service"] or the like)");
        return;
    }
    if (!read_text_or_texts(section, "units", units)) {
        return;
    }
    for (const std::string& unit : units) {
        if (const std::string why = drivers::unit_selector::why_wrong(unit); !why.empty()) {
            section.fail("units", std::string("\"").append(unit).append("\" ").append(why));
        }
    }
}

/// A key that has no effect is a mistake, and so is an action that would always be refused.
void check_action(config_section& section, const drivers::systemd_driver_settings& settings) {
    if (settings.action != systemd_action::kill && section.has("signal")) {
        section.fail("signal", "has an effect only with action = \"kill\"");
    }
    if (settings.action == systemd_action::kill && section.has("job_timeout")) {
        section.fail("job_timeout", "has an effect only with action = \"restart\" or \"stop\"");
    }
    if (settings.action == systemd_action::stop && !settings.allow_dead) {
        section.fail(
            "action",
            "\"stop\" leaves a unit dead, because systemd does not restart what was stopped: use \"restart\" or "
            "\"kill\", or add allow_dead = true if something else starts it again, such as a socket");
    }
}

}  // namespace

drivers::systemd_driver_settings read_systemd(config_section& section) {
    drivers::systemd_driver_settings settings;
    read_units(section, settings.units);
    section.read("manager", settings.manager, drivers::parse_systemd_manager, manager_names);
    const bool is_action_read =
        !section.has("action") || section.read("action", settings.action, drivers::parse_systemd_action, action_names);
    read_signal(section, settings.signal);
    section.read("allow_dead", settings.allow_dead);
    section.read("timeout", settings.call_limit, {10ms, 1h});
    section.read("job_timeout", settings.job_limit, {10ms, 1h});
    if (is_action_read) {
        check_action(section, settings);
    }
    return settings;
}

}  // namespace mayhem::app
