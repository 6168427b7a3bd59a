#include "config/config_group.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>

#include "config/config_command.hpp"
#include "config/config_docker.hpp"
#include "config/config_limits.hpp"
#include "config/config_probe.hpp"
#include "config/config_section.hpp"
#include "config/config_signal.hpp"
#include "config/config_systemd.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// All but the last in the order of `driver_names`.
enum class driver_kind { process, systemd, docker, command, simulated, supervised };

constexpr range<nanoseconds> interval_range{10ms, 7 * 24h};
constexpr std::array<std::string_view, 5> driver_names{"process", "systemd", "docker", "command", "simulated"};

std::optional<driver_kind> parse_driver(std::string_view name) {
    if (name == "supervised") {
        return driver_kind::supervised;
    }
    const auto* const found = std::ranges::find(driver_names, name);
    return found == driver_names.end() ? std::nullopt
                                       : std::optional(static_cast<driver_kind>(found - driver_names.begin()));
}

std::optional<driver_kind> read_driver(config_section& section) {
    std::optional<driver_kind> kind;
    if (!section.has("driver")) {
        section.fail(
            R"(lacks a driver: give driver = "process", "systemd", "docker" or "command", or "simulated" to try things out)");
        return kind;
    }
    driver_kind read{};
    if (section.read("driver", read, parse_driver, driver_names)) {
        kind = read;
    }
    if (kind == driver_kind::supervised) {
        section.fail("driver", "a supervised command is not for a config file: run \"mayhem exec -- COMMAND\" instead");
        kind.reset();
    }
    return kind;
}

void read_settings(config_section& section, pipeline::group_settings& settings) {
    section.read("expires_after", settings.expires_after, interval_range);
    section.read("recovery_timeout", settings.recovery_timeout, interval_range);
    section.read("recovery_poll", settings.recovery_poll, interval_range);
    if (!section.has_failed() && settings.recovery_poll > settings.recovery_timeout) {
        section.fail(section.has("recovery_poll") ? "recovery_poll" : "recovery_timeout",
                     "recovery_poll (" + core::format_duration(settings.recovery_poll) +
                         ") must not be longer than recovery_timeout (" +
                         core::format_duration(settings.recovery_timeout) + ')');
    }
}

drivers::process_criteria read_criteria(config_section& section) {
    drivers::process_criteria criteria;
    section.read("executable", criteria.executable);
    section.read("name", criteria.name);
    section.read("command_line", criteria.command_line);
    if (criteria.executable && !criteria.executable->starts_with('/') &&
        criteria.executable->find('/') != std::string::npos) {
        section.fail("executable", '"' + *criteria.executable +
                                       "\" is a relative path: give an absolute path or the file name alone");
    }
    if (std::string user; section.read("user", user)) {
        try {
            criteria.user = drivers::find_user(user);
        } catch (const std::invalid_argument& e) {
            section.fail("user", e.what());
        }
    }
    const auto selectors = {"executable", "name", "command_line", "user"};
    if (std::ranges::none_of(selectors, [&section](const char* key) { return section.has(key); })) {
        section.fail("selects nothing: give at least one of executable, name, command_line and user");
    }
    return criteria;
}

std::optional<drivers::process_driver_settings> read_process(config_section& section) {
    int signal = SIGTERM;
    std::optional<nanoseconds> kill_after;
    drivers::process_criteria criteria = read_criteria(section);
    read_signal(section, signal);
    section.read("kill_after", kill_after, interval_range);
    if (section.has_failed()) {
        return std::nullopt;
    }
    return drivers::process_driver_settings{
        .selector = drivers::process_selector(std::move(criteria)), .signal = signal, .kill_after = kill_after};
}

drivers::simulated_driver_settings read_simulated(config_section& section) {
    drivers::simulated_driver_settings settings;
    section.read("hosts", settings.hosts, {0, drivers::simulated_driver::hosts_max});
    section.read("failure_probability", settings.failure_probability, {0, 1});
    return settings;
}

}  // namespace

bool is_group_name(std::string_view name) noexcept {
    constexpr std::size_t size_max = 64;
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= size_max && std::ranges::all_of(name, is_allowed);
}

std::optional<group_config> read_group(std::string_view name, const toml::table& table, const schedule_keys& defaults,
                                       config_errors& errors) {
    config_section section(table, "group." + std::string(name), errors);
    group_config group;
    group.settings.name = name;
    read_settings(section, group.settings);
    read_limits(section, group.settings.limits);
    group.probe = read_probe(section, errors);
    const auto kind = read_driver(section);
    const schedule_keys keys = read_schedule_keys(section).or_else(defaults);
    if (kind == driver_kind::simulated) {
        const drivers::simulated_driver_settings settings = read_simulated(section);
        if (settings.hosts == 0) {
            group.settings.limits.min_healthy = 0;  // an endless herd has no members to count
        }
        group.driver = settings;
    } else if (kind == driver_kind::process) {
        if (auto settings = read_process(section)) {
            group.driver = *std::move(settings);
        }
    } else if (kind == driver_kind::systemd) {
        group.driver = read_systemd(section);
    } else if (kind == driver_kind::docker) {
        group.driver = read_docker(section);
    } else if (kind == driver_kind::command) {
        group.driver = read_command(section);
    }
    group.settings.schedule = make_schedule(section, keys, kind && kind != driver_kind::simulated);
    if (group.settings.schedule) {
        limit_by_schedule(*group.settings.schedule, group.settings);
    }
    const std::string_view driver = kind ? driver_names[static_cast<std::size_t>(*kind)] : std::string_view();
    section.refuse_unknown("group", driver);
    return section.has_failed() ? std::nullopt : std::optional(std::move(group));
}

}  // namespace mayhem::app
