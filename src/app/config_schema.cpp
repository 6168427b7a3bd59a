#include "app/config_schema.hpp"

#include <algorithm>
#include <array>

namespace mayhem::app {

namespace {

constexpr std::array<config_key, 34> keys{{
    {"", "dry_run", "true", ""},
    {"", "seed", "", ""},
    {"", "timezone", "", ""},
    {"", "halted", "false", ""},
    {"", "halt_file", "", ""},
    {"store", "path", "", ""},
    {"queue", "capacity", "1024", ""},
    {"queue", "lease", "\"3s\"", ""},
    {"queue", "max_attempts", "5", ""},
    {"queue", "backoff", "\"1s\"", ""},
    {"queue", "backoff_max", "\"5m\"", ""},
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
    {"group", "driver", "", ""},
    {"group", "mean_time_between", "", ""},
    {"group", "expires_after", "\"1m\"", ""},
    {"group", "recovery_timeout", "\"60s\"", ""},
    {"group", "recovery_poll", "\"250ms\"", ""},
    {"group", "executable", "", "process"},
    {"group", "name", "", "process"},
    {"group", "command_line", "", "process"},
    {"group", "user", "", "process"},
    {"group", "signal", "\"TERM\"", "process"},
    {"group", "kill_after", "", "process"},
    {"group", "hosts", "0", "simulated"},
    {"group", "failure_probability", "0.25", "simulated"},
}};

constexpr std::array<std::string_view, 8> sections{"store", "queue",   "pipeline", "shutdown",
                                                   "log",   "control", "metrics",  "group"};

}  // namespace

std::span<const config_key> config_keys() noexcept { return keys; }

std::vector<std::string_view> names_in(std::string_view section, std::string_view driver) {
    std::vector<std::string_view> names;
    for (const config_key& key : keys) {
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
    const auto found = std::ranges::find(keys, key, &config_key::name);
    if (found == keys.end()) {
        return {};
    }
    if (found->section == section) {
        return "it belongs to groups with driver = \"" + std::string(found->driver) + '"';
    }
    if (found->section.empty()) {
        return "it belongs to the head of the file, above the first section";
    }
    return "it belongs to [" + std::string(found->section) + (found->section == "group" ? ".NAME]" : "]");
}

}  // namespace mayhem::app
