#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/command_line.hpp"

namespace CLI {
class App;
}

namespace mayhem::cli {

/// Of the commands that talk to a running daemon.
struct control_options : common_options {
    std::optional<std::filesystem::path> socket;
    std::string why;
    std::string group;  ///< whose breaker `resume` closes; empty: it takes the halt back
    bool watch = false;
};

/// Adds `status`, `tasks`, `targets`, `events`, `halt`, `resume` and `drain`.
void add_control_commands(CLI::App& app, control_options& o);

/// Runs the command of that name and returns the exit status; nothing if it is none of these.
std::optional<int> run_control_command(const std::string& name, const control_options& o);

}  // namespace mayhem::cli
