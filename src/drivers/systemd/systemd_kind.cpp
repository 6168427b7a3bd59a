#include "drivers/systemd/systemd_kind.hpp"

#include <array>
#include <chrono>
#include <string>

#include "drivers/contract/kept_for_group.hpp"
#include "drivers/contract/name_patterns.hpp"
#include "drivers/contract/span_terms.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "settings/signal.hpp"
#include "settings/texts.hpp"

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;

constexpr auto own_keys = std::to_array<settings::key>({
    {"units", ""},
    {"except", ""},
    {"manager", "\"system\""},
    {"action", "\"restart\""},
    {"actions", ""},
    {"by_hand", ""},
    {"for", "\"30s\""},
    {"how", "\"lose\""},
    {"direction", "\"both\""},
    {"ports", ""},
    {"peers", ""},
    {"loss", ""},
    {"latency", ""},
    {"jitter", "\"0s\""},
    {"directory", ""},
    {"fill_to", ""},
    {"keep_free", ""},
    {"cpu", ""},
    {"memory_high", ""},
    {"io_read", ""},
    {"io_write", ""},
    {"device", ""},
    {"signal", "\"KILL\""},
    {"allow_dead", "false"},
    {"timeout", "\"10s\""},
    {"job_timeout", "\"3m\""},
});

constexpr std::array<std::string_view, 10> action_names{"restart", "kill", "stop",  "freeze", "cut",
                                                        "loss",    "dns",  "delay", "fill",   "throttle"};
constexpr std::array<std::string_view, 2> manager_names{"system", "user"};

void check_units(settings::section& section, std::string_view key, const std::vector<std::string>& units) {
    for (const std::string& unit : units) {
        if (const std::string why = unit_selector::why_wrong(unit); !why.empty()) {
            const std::string_view written = std::string_view(unit).substr(key == "except" ? 1 : 0);
            section.fail(key, std::string("\"").append(written).append("\" ").append(why));
        }
    }
}

void read_units(settings::section& section, std::vector<std::string>& units) {
    if (!section.has("units")) {
        section.fail(R"(selects nothing: give units = ["web.service", "web@*.service"] or the like)");
        return;
    }
    if (!read_text_or_texts(section, "units", units)) {
        return;
    }
    check_units(section, "units", units);
    const std::vector<std::string> except = read_except(section);
    check_units(section, "except", except);
    units.insert(units.end(), except.begin(), except.end());
    if (!section.has_failed() && unit_selector::exclude_everything(units)) {
        fail_excluded(section, "units");
    }
}

/// A key that has no effect is a mistake, and so is an action that would always be refused.
void check_action(settings::section& section, const systemd_driver_settings& settings) {
    if (settings.action != systemd_action::kill && section.has("signal")) {
        section.fail("signal", "has an effect only with action = \"kill\"");
    }
    const bool lasts = is_lasting(settings.action);
    if (settings.action == systemd_action::throttle && settings.manager == systemd_manager::user) {
        section.fail("action", "\"throttle\" is for services of the host's manager: leave manager out");
    }
    if (lasts && section.has("allow_dead")) {
        section.fail("allow_dead", "has no effect with action = \"" + std::string(to_string(settings.action)) +
                                       "\", after which nothing need be started again");
    }
    if ((settings.action == systemd_action::kill || lasts) && section.has("job_timeout")) {
        section.fail("job_timeout", "has an effect only with action = \"restart\" or \"stop\"");
    }
    if (settings.action == systemd_action::stop && !settings.allow_dead) {
        section.fail(
            "action",
            "\"stop\" leaves a unit dead, because systemd does not restart what was stopped: use \"restart\" or "
            "\"kill\", or add allow_dead = true if something else starts it again, such as a socket");
    }
}

std::any read(settings::section& section) {
    systemd_driver_settings settings;
    read_units(section, settings.units);
    section.read("manager", settings.manager, parse_systemd_manager, manager_names);
    const bool is_action_read =
        !section.has("action") || section.read("action", settings.action, parse_systemd_action, action_names);
    read_signal(section, settings.signal);
    section.read("allow_dead", settings.allow_dead);
    section.read("timeout", settings.call_limit, {10ms, 1h});
    section.read("job_timeout", settings.job_limit, {10ms, 1h});
    if (is_action_read) {
        read_span_terms(section, to_string(settings.action), action_names, settings.terms);
        check_action(section, settings);
    }
    return settings;
}

std::unique_ptr<driver_factory> open(const driver_surroundings& s) {
    return make_plain_factory<systemd_driver_settings>(
        [flow_name = s.flow_name, own = s.own_files, kept = kept_for_group<systemd_memory>()](
            const systemd_driver_settings& of, const std::string& group, once_teller::teller warn) mutable {
            systemd_driver_settings mine = of;
            mine.terms.disk.spared = own;
            return std::make_unique<systemd_driver>(std::move(mine), std::move(warn), flow_name,
                                                    kept.of(group, of.targets_max, flow_name));
        });
}

std::optional<std::chrono::nanoseconds> lasts(const std::any& settings) {
    const auto& of = std::any_cast<const systemd_driver_settings&>(settings);
    return is_lasting(of.action) ? std::optional(of.terms.length) : std::nullopt;
}

std::string_view act(const std::any& settings) {
    return to_string(std::any_cast<const systemd_driver_settings&>(settings).action);
}

}  // namespace

const driver_kind systemd_kind{.name = "systemd",
                               .keys = own_keys,
                               .read = &read,
                               .open = &open,
                               .lasts = &lasts,
                               .actions = action_names,
                               .act = &act};

}  // namespace mayhem::drivers
