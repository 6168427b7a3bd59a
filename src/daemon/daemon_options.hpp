#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "assembly/flow.hpp"
#include "config/config.hpp"

namespace mayhem::app {

/// What a daemon is started with.
struct daemon_options {
    app::config config;
    std::optional<std::filesystem::path> config_file;  ///< for reloading; without one, a hangup ends the daemon
    std::filesystem::path store;
    std::optional<std::filesystem::path> socket;  ///< where to listen for commands; absent: nowhere
    bool is_armed_by_flag = false;                ///< `--no-dry-run` outranks the file, also at a reload
    bool debug_async = false;
    std::optional<std::chrono::nanoseconds> monitor_tasks;  ///< log every live task so often
    std::optional<exec_config> command;                     ///< `mayhem exec`
    std::optional<std::chrono::nanoseconds> run_for;        ///< end by itself after so long
    bool end_when_drained = false;                          ///< end by itself when `count_max` messages are settled
};

}  // namespace mayhem::app
