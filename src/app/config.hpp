#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/command_driver.hpp"
#include "drivers/docker_driver.hpp"
#include "drivers/process_driver.hpp"
#include "drivers/simulated_driver.hpp"
#include "pipeline/settings.hpp"
#include "probes/probe_settings.hpp"
#include "telemetry/level.hpp"
#include "telemetry/log_format.hpp"

namespace mayhem::app {

/// A group: when its messages are made, and what its driver is to be built from.
struct group_config {
    pipeline::group_settings settings;
    std::variant<drivers::simulated_driver_settings, drivers::process_driver_settings, drivers::docker_driver_settings,
                 drivers::command_driver_settings>
        driver;
    std::optional<probes::probe_settings> probe{};  ///< absent: the group is always in its steady state
};

/// How the daemon can be talked to. A change takes effect at the next start.
struct control_config {
    std::optional<std::filesystem::path> socket;  ///< absent: the daemon chooses; "none": there is none
    std::string listen;                           ///< an address of the loopback and a port; empty: no TCP
    std::string token_file;                       ///< empty: TCP is read-only

    friend bool operator==(const control_config&, const control_config&) = default;
};

/// Where metrics are sent to. A change takes effect at the next start.
struct metrics_config {
    std::string statsd;  ///< an address and a port; empty: nowhere
    std::chrono::nanoseconds statsd_every = std::chrono::seconds{10};

    friend bool operator==(const metrics_config&, const metrics_config&) = default;
};

/// What an operator can set (docs/configuration.md). Plain values; what a file leaves out keeps the default that stands
/// here or in the settings of the part concerned.
struct config {
    std::optional<std::uint64_t> seed;           ///< absent: one is drawn
    std::string timezone;                        ///< an IANA name; empty: that of the system
    std::optional<std::filesystem::path> store;  ///< the database; absent: the daemon chooses
    bool halted = false;
    std::optional<std::filesystem::path> halt_file;  ///< absent: `halt` beside the database
    control_config control;
    metrics_config metrics;
    std::size_t queue_capacity = 1024;
    pipeline::handling_settings handling;
    std::chrono::nanoseconds shutdown_grace = std::chrono::seconds{10};
    telemetry::level log_level = telemetry::level::info;
    telemetry::log_format log_format = telemetry::log_format::automatic;
    std::vector<group_config> groups;  ///< by name, each name once; may be empty
};

}  // namespace mayhem::app
