#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cli/command_line.hpp"
#include "cli/control_client.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is called so
class App;
}

namespace mayhem::cli {

/// Of the commands that talk to a running daemon.
struct control_options : common_options {
    std::optional<std::filesystem::path> socket;
    std::string why;
    std::string text;        ///< of `mark`
    std::string group;       ///< whose breaker `resume` closes; empty: it takes the halt back
    fleet_source fleet;      ///< of `status` and `events`
    bool watch = false;      ///< of `status`
    bool all = false;        ///< likewise: every group
    bool verbose = false;    ///< likewise: with what was counted
    std::string target;      ///< of `restart`, by id or name
    std::string action;      ///< of `fault`
    std::string parameters;  ///< likewise, as a config file writes them
    bool wait = false;       ///< until the restart is over
    std::chrono::nanoseconds timeout = std::chrono::minutes{2};  ///< at most so long
    int seconds = 10;                                            ///< of `profile`
    std::filesystem::path output;                                ///< of `profile`
};

/// Adds `status`, `tasks`, `targets`, `events`, `open`, `mark`, `halt`, `resume`, `restart`, `fault`, `drain` and
/// `profile`.
void add_control_commands(CLI::App& app, control_options& o);

/// Runs the command of that name and returns the exit status; nothing if it is none of these.
std::optional<int> run_control_command(const std::string& name, const control_options& o);

/// Prints the daemon's "no" on stderr, as a text; returns the exit status.
int say_no(const control_client::reply& r);

/// Asks for a restart and, if `o.wait`, waits for its end; what the daemon said last. Throws `no_daemon`.
[[nodiscard]] control_client::reply request_restart(const control_options& o, const control_client& client);

/// Adds `fault` with the parameters of the actions.
void add_fault(CLI::App& to, control_options& o);

/// `fault`: the same, for what `o.action` names. Throws `no_daemon`.
int ask_for_fault(const control_options& o, const control_client& client);

/// The same; with `o.wait` it asks again for some seconds while the target was started so lately that systemd's start
/// limit would leave it dead, and tells `say` so once. Throws `no_daemon`.
[[nodiscard]] control_client::reply restart_when_possible(const control_options& o, const control_client& client,
                                                          const std::function<void(const std::string&)>& say);

/// `restart`: asks for it and, if `o.wait`, waits for its end. Throws `no_daemon`.
int ask_for_restart(const control_options& o, const control_client& client);

}  // namespace mayhem::cli
