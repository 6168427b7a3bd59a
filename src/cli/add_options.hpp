#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/add_duration.hpp"
#include "cli/command_line.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::cli {

/// Lets only whole numbers from `min` to `max` pass. CLI11 2.1 by itself takes "-1" for the largest number there is.
inline std::function<std::string(const std::string&)> whole_number(std::uint64_t min, std::uint64_t max) {
    return [min, max](const std::string& text) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool is_number = error == std::errc{} && end == text.data() + text.size();
        return is_number && number >= min && number <= max
                   ? std::string()
                   : "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    };
}

/// Lets only durations of that length pass; what is no duration is refused when it is read.
inline std::function<std::string(const std::string&)> duration_between(std::chrono::nanoseconds min,
                                                                       std::chrono::nanoseconds max) {
    return [min, max](const std::string& text) {
        const auto length = core::parse_duration(text);
        return length && (*length < min || *length > max)
                   ? "must be from " + core::format_duration(min) + " to " + core::format_duration(max)
                   : std::string();
    };
}

/// The option that names the config file: the same in every command, from the same variable of the environment.
template <typename Path>
CLI::Option& add_config(CLI::App& to, Path& file, const char* help = "the config file (TOML; docs/configuration.md)",
                        const char* names = "-c,--config") {
    return *to.add_option(names, file, help)->envname("MAYHEM_CONFIG")->type_name("FILE");
}

/// The options of every command that reads the config file or the record.
inline void add_common(CLI::App& to, common_options& o, bool with_config) {
    if (with_config) {
        add_config(to, o.config);
    }
    to.add_option("--store", o.store, "the database that holds the record")->envname("MAYHEM_STORE")->type_name("FILE");
}

/// The options of every command that is a daemon.
template <typename Options>
void add_logging(CLI::App& to, Options& o) {
    to.add_option("--log-level", o.log_level, "debug, info, warning, error or critical")
        ->envname("MAYHEM_LOG_LEVEL")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "critical"}, CLI::ignore_case));
    to.add_option("--log-format", o.log_format, "text, json, journald, or auto: journald's under systemd, else text")
        ->envname("MAYHEM_LOG_FORMAT")
        ->check(CLI::IsMember({"auto", "text", "json", "journald"}));
    to.add_flag("--debug-async", o.debug_async, "tasks remember who started them; slow steps count from 100 ms")
        ->envname("MAYHEM_DEBUG");
    add_duration(to, "--monitor-tasks", o.monitor_tasks, "log every live task with its stack so often")
        ->check(duration_between(std::chrono::milliseconds{10}, std::chrono::hours{24}))
        ->envname("MAYHEM_MONITOR_TASKS");
}

void add_exec(CLI::App& app, exec_options& o);
void add_arm(CLI::App& app, arm_options& o);
void add_discover(CLI::App& app, discover_options& o);

}  // namespace mayhem::cli
