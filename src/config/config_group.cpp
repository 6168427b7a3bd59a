#include "config/config_group.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "config/config_acts.hpp"
#include "config/config_limits.hpp"
#include "config/config_probe.hpp"
#include "config/config_schema.hpp"
#include "drivers/driver_kinds.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr settings::range<nanoseconds> interval_range{10ms, 7 * 24h};
constexpr settings::range<nanoseconds> stable_range{0ns, 7 * 24h};

/// What ends over a mistake in its config, or for want of what it needs, does so within some seconds. What is imagined
/// is there or not.
constexpr nanoseconds stable_for_default = 5s;

const drivers::driver_kind* read_driver(settings::section& section) {
    if (!section.has("driver")) {
        section.fail(
            R"(lacks a driver: give driver = "process", "systemd", "docker" or "command", or "simulated" to try things out)");
        return nullptr;
    }
    std::string name;
    if (!section.read("driver", name)) {
        return nullptr;
    }
    if (name == "supervised") {
        section.fail("driver", "a supervised command is not for a config file: run \"mayhem exec -- COMMAND\" instead");
        return nullptr;
    }
    const drivers::driver_kind* const kind = drivers::find_driver_kind(name);
    if (kind == nullptr) {
        section.fail_choice("driver", name, drivers::driver_names());
    }
    return kind;
}

constexpr std::array<std::string_view, 2> reach_names{"group", "any"};
constexpr std::array<std::string_view, 2> scope_names{"host", "fleet"};
constexpr settings::range<std::size_t> members_range{1, 10'000};
constexpr std::chrono::seconds shared_gap_min{10};

std::optional<bool> parse_scope(std::string_view text) {
    return text == scope_names[1] ? std::optional(true) : text == scope_names[0] ? std::optional(false) : std::nullopt;
}

/// What the hosts of a fleet must be able to agree on.
void check_scope(settings::section& section, const group_config& group) {
    const pipeline::group_settings& s = group.settings;
    if (!s.is_shared || section.has_failed()) {
        return;
    }
    if (!s.schedule) {
        section.fail("scope", "the hosts of a fleet agree on planned moments: give the group a mean_time_between");
    } else if (s.schedule->mean_time_between < shared_gap_min) {
        section.fail("mean_time_between",
                     "at least 10s in a group that hosts share: so long it may take them to agree");
    } else if (s.schedule->tolerance < shared_gap_min) {
        section.fail("tolerance", "at least 10s in a group that hosts share: so long it may take them to agree");
    } else if (!s.limits.min_healthy) {
        section.fail("scope", "needs min_healthy: how many members, over all hosts, are left standing");
    }
}

void read_settings(settings::section& section, pipeline::group_settings& settings) {
    section.read("dry_run", settings.dry_run);
    section.read("scope", settings.is_shared, parse_scope, scope_names);
    section.read("members", settings.members, members_range);
    section.read("reach", settings.reach, core::parse_reach_policy, reach_names);
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

constexpr std::array<std::string_view, 2> during_names{"may_fail", "must_pass"};

/// Of what lasts, when the driver's settings are known.
void read_during(settings::section& section, group_config& group, settings::errors& errors) {
    section.read("during", group.settings.during, core::parse_during_policy, during_names);
    group.stop_if = read_stop_if(section, errors);
    if (!group.driver.has_value()) {
        return;
    }
    const bool lasts = has_lasting_act(group);
    const bool must_pass = group.settings.during == core::during_policy::must_pass;
    constexpr const char* no_effect = R"(has an effect only with an action that lasts, such as "freeze" or "pause")";
    if (must_pass && !lasts) {
        section.fail("during", no_effect);
    }
    if (section.has("stop_if") && !lasts) {
        section.fail("stop_if", no_effect);
    }
    if (lasts && must_pass && !section.has("probe")) {
        section.fail("during", "needs a probe to pass: give the group one, [group.NAME.probe]");
    }
}

void read_stable_for(settings::section& section, const drivers::driver_kind* kind, nanoseconds& stable_for) {
    stable_for = kind != nullptr && kind->is_simulated ? nanoseconds{0} : stable_for_default;
    section.read("stable_for", stable_for, stable_range);
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
                                       settings::errors& errors) {
    settings::section section(table, "group." + std::string(name), errors);
    group_config group;
    group.settings.name = name;
    read_settings(section, group.settings);
    read_limits(section, group.settings.limits);
    group.probes = read_probes(section, errors);
    group.kind = read_driver(section);
    read_stable_for(section, group.kind, group.settings.stable_for);
    const schedule_keys keys = read_schedule_keys(section).or_else(defaults);
    if (group.kind != nullptr) {
        read_acts(section, group);
    }
    read_during(section, group, errors);
    if (group.driver.has_value() && group.kind->adapt != nullptr) {
        group.kind->adapt(group.driver, group.settings.limits);
    }
    group.settings.schedule = make_schedule(section, keys, group.kind != nullptr && !group.kind->is_simulated);
    if (group.settings.schedule) {
        limit_by_schedule(*group.settings.schedule, group.settings);
    }
    check_scope(section, group);
    refuse_unknown(section, "group", group.kind == nullptr ? std::string_view() : group.kind->name);
    return section.has_failed() ? std::nullopt : std::optional(std::move(group));
}

}  // namespace mayhem::app
