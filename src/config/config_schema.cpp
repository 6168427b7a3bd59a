#include "config/config_schema.hpp"

#include <algorithm>
#include <array>

#include "config/foreign_keys.hpp"
#include "drivers/driver_kinds.hpp"

namespace mayhem::app {

namespace {

constexpr auto common_keys = std::to_array<config_key>({
    {"", "dry_run", "true", ""},
    {"", "seed", "", ""},
    {"", "timezone", "", ""},
    {"", "halted", "false", ""},
    {"", "halt_file", "", ""},
    {"store", "path", "", ""},
    {"store", "history_keep", "\"365d\"", ""},
    {"queue", "capacity", "1024", ""},
    {"queue", "lease", "\"3s\"", ""},
    {"queue", "max_attempts", "5", ""},
    {"queue", "backoff", "\"1s\"", ""},
    {"queue", "backoff_max", "\"5m\"", ""},
    {request_queue_section, "driver", "", ""},
    {request_queue_section, "groups", "", ""},
    {request_queue_section, "askers", "", ""},
    {request_queue_section, "host", "", ""},
    {request_queue_section, "max_in_flight", "16", ""},
    {request_queue_section, "servers", "", "jetstream"},
    {request_queue_section, "stream", "\"MAYHEM\"", "jetstream"},
    {request_queue_section, "subject", "\"mayhem.requests.{host}\"", "jetstream"},
    {request_queue_section, "consumer", "\"mayhem-{host}\"", "jetstream"},
    {request_queue_section, "dead_letter", "", "jetstream"},
    {request_queue_section, "user", "", "jetstream"},
    {request_queue_section, "password_file", "", "jetstream"},
    {request_queue_section, "credentials", "", "jetstream"},
    {request_queue_section, "ca", "", "jetstream"},
    {request_queue_section, "certificate", "", "jetstream"},
    {request_queue_section, "key", "", "jetstream"},
    {request_queue_section, "lease", "\"30s\"", "jetstream"},
    {request_queue_section, "project", "", "pubsub"},
    {request_queue_section, "subscription", "\"mayhem-{host}\"", "pubsub"},
    {request_queue_section, "topic", "", "pubsub"},
    {request_queue_section, "dead_letter_topic", "", "pubsub"},
    {request_queue_section, "endpoint", "\"https://pubsub.googleapis.com\"", "pubsub"},
    {request_queue_section, "credentials", "", "pubsub"},
    {request_queue_section, "lease", "\"30s\"", "pubsub"},
    {"pipeline", "max_in_flight", "16", ""},
    {"pipeline", "extend_every", "\"2s\"", ""},
    {"shutdown", "grace", "\"10s\"", ""},
    {"log", "level", "\"info\"", ""},
    {"log", "format", "\"auto\"", ""},
    {"control", "socket", "", ""},
    {"control", "listen", "", ""},
    {"control", "token_file", "", ""},
    {"metrics", "statsd", "", ""},
    {"metrics", "statsd_every", "\"10s\"", ""},
    {"fleet", "name", "", ""},
    {"fleet", "host", "", ""},
    {"fleet", "database", "", ""},
    {"fleet", "dbname", "", ""},
    {"fleet", "user", "", ""},
    {"fleet", "password_file", "", ""},
    {"fleet", "ca", "", ""},
    {"fleet", "certificate", "", ""},
    {"fleet", "key", "", ""},
    {"fleet", "listen", "\"auto\"", ""},
    {"fleet", "census_wait", "\"2s\"", ""},
    {"fleet", "adopt", "\"operator\"", ""},
    {"webhook", "url", "", ""},
    {"webhook", "url_file", "", ""},
    {"webhook", "token_file", "", ""},
    {"webhook", "template", "", ""},
    {"webhook", "events", "", ""},
    {"webhook", "groups", "", ""},
    {"webhook", "timeout", "\"10s\"", ""},
    {"webhook", "attempts", "5", ""},
    {"webhook", "backoff", "\"1s\"", ""},
    {"webhook", "backoff_max", "\"1m\"", ""},
    {"hook", "command", "", ""},
    {"hook", "events", "", ""},
    {"hook", "groups", "", ""},
    {"hook", "timeout", "\"10s\"", ""},
    {"hook", "attempts", "1", ""},
    {"hook", "backoff", "\"1s\"", ""},
    {"hook", "backoff_max", "\"1m\"", ""},
    {"group", "driver", "", ""},
    {"group", "dry_run", "", ""},
    {"group", "scope", "\"host\"", ""},
    {"group", "mean_time_between", "", ""},
    {"group", "min_time_between", "", ""},
    {"group", "max_per_hour", "", ""},
    {"group", "max_per_day", "", ""},
    {"group", "days", "", ""},
    {"group", "hours", "", ""},
    {"group", "exclude", "", ""},
    {"group", "timezone", "", ""},
    {"group", "tolerance", "", ""},
    {"group", "expires_after", "\"1m\"", ""},
    {"group", "recovery_timeout", "\"60s\"", ""},
    {"group", "recovery_poll", "\"250ms\"", ""},
    {"group", "stable_for", "\"5s\"", ""},
    {"group", "min_age", "", ""},
    {"group", "min_rest", "", ""},
    {"group", "members", "", ""},
    {"group", "min_healthy", "", ""},
    {"group", "max_unavailable", "", ""},
    {"group", "max_failures", "10", ""},
    {"group", "slower_than", "", ""},
    {"group", "reach", "\"group\"", ""},
    {"group", "during", "\"may_fail\"", ""},
    {"group", "stop_if", "", ""},
    {"group", "probe", "", ""},
    {"probe", "http", "", ""},
    {"probe", "status", "200", ""},
    {"probe", "tcp", "", ""},
    {"probe", "command", "", ""},
    {"probe", "prometheus", "", ""},
    {"probe", "alertmanager", "", ""},
    {"probe", "timeout", "\"5s\"", ""},
    {"prometheus", "url", "", ""},
    {"prometheus", "query", "", ""},
    {"prometheus", "is", "", ""},
    {"alertmanager", "url", "", ""},
    {"alertmanager", "matchers", "", ""},
    {"schedule", "mean_time_between", "", ""},
    {"schedule", "min_time_between", "\"0s\"", ""},
    {"schedule", "max_per_hour", "", ""},
    {"schedule", "max_per_day", "", ""},
    {"schedule", "days", "", ""},
    {"schedule", "hours", "", ""},
    {"schedule", "exclude", "", ""},
    {"schedule", "timezone", "", ""},
    {"schedule", "tolerance", "\"1m\"", ""},
});

constexpr auto sections = std::to_array<std::string_view>({"store", "queue", "pipeline", "shutdown", "schedule", "log",
                                                           "control", "metrics", "fleet", "webhook", "hook", "group"});

constexpr auto sections_of_probe = std::to_array<std::string_view>({"prometheus", "alertmanager"});

bool is_part_of_probe(std::string_view section) {
    return std::ranges::find(sections_of_probe, section) != sections_of_probe.end();
}

/// "it belongs to prometheus = {...} or alertmanager = {...} of [group.NAME.probe]"; empty for a key of neither.
std::string explain_in_probe(std::string_view key) {
    std::string owners;
    for (const config_key& k : config_keys()) {
        if (k.name == key && is_part_of_probe(k.section)) {
            owners.append(owners.empty() ? "" : " or ").append(k.section).append(" = {...}");
        }
    }
    return owners.empty() ? owners : "it belongs to " + owners + " of [group.NAME.probe]";
}

std::vector<config_key> all_keys() {
    std::vector<config_key> all(common_keys.begin(), common_keys.end());
    for (const drivers::driver_kind* const kind : drivers::driver_kinds()) {
        for (const settings::key& key : kind->keys) {
            all.push_back({.section = "group", .name = key.name, .preset = key.preset, .driver = kind->name});
        }
    }
    return all;
}

}  // namespace

std::span<const config_key> config_keys() {
    static const std::vector<config_key> keys = all_keys();
    return keys;
}

bool is_named(std::string_view section) noexcept {
    return section == "group" || section == "webhook" || section == "hook";
}

std::vector<std::string_view> names_in(std::string_view section, std::string_view driver) {
    std::vector<std::string_view> names;
    for (const config_key& key : config_keys()) {
        if (key.section == section && (driver.empty() || key.driver.empty() || key.driver == driver)) {
            names.push_back(key.name);
        }
    }
    if (section.empty()) {
        names.insert(names.end(), sections.begin(), sections.end());
    }
    return names;
}

std::string explain_place(std::string_view key, std::string_view section) {
    const std::span<const config_key> keys = config_keys();
    if (std::string owners = section == "probe" ? explain_in_probe(key) : ""; !owners.empty()) {
        return owners;
    }
    if (is_part_of_probe(section) &&
        std::ranges::any_of(keys, [key](const config_key& k) { return k.section == "probe" && k.name == key; })) {
        return "it belongs beside " + std::string(section) + " = {...}, in [group.NAME.probe]";
    }
    const auto here = std::ranges::find_if(
        keys, [key, section](const config_key& k) { return k.section == section && k.name == key; });
    const auto found = here != keys.end() ? here : std::ranges::find(keys, key, &config_key::name);
    if (found == keys.end()) {
        return std::string(explain_foreign_key(key, section));
    }
    if (found->section == section) {
        std::string drivers;
        for (const config_key& other : keys) {
            if (other.section == section && other.name == key) {
                drivers.append(drivers.empty() ? "\"" : " or \"").append(other.driver).append(1, '"');
            }
        }
        const std::string_view owners = section == request_queue_section ? "queues" : "groups";
        return "it belongs to " + std::string(owners) + " with driver = " + drivers;
    }
    if (found->section.empty()) {
        return "it belongs to the head of the file, above the first section";
    }
    if (found->section == "probe") {
        return "it belongs to [group.NAME.probe]";
    }
    if (is_part_of_probe(found->section)) {
        return explain_in_probe(key);
    }
    return "it belongs to [" + std::string(found->section) + (is_named(found->section) ? ".NAME]" : "]");
}

void refuse_unknown(settings::section& s, std::string_view section, std::string_view driver) {
    const std::vector<std::string_view> known = names_in(section, driver);
    for (const auto& [key, value] : s.table()) {
        if (std::ranges::find(known, key.str()) == known.end()) {
            s.fail_unknown(key, explain_place(key.str(), section), known);
        }
    }
}

}  // namespace mayhem::app
