#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/printed_plan.hpp"
#include "cli/fleet_place.hpp"

namespace mayhem::cli {

/// What every subcommand may be given.
struct common_options {
    std::optional<std::filesystem::path> config;
    std::optional<std::filesystem::path> store;
    bool json = false;
};

struct run_options : common_options {
    std::optional<std::filesystem::path> socket;
    bool no_dry_run = false;
    bool debug_async = false;
    std::optional<std::chrono::nanoseconds> monitor_tasks;
    std::optional<std::string> log_level;
    std::optional<std::string> log_format;
};

struct check_options : common_options {
    bool offline = false;  ///< the file alone
};

struct exec_options : common_options {
    std::vector<std::string> command;
    std::chrono::nanoseconds mean_time_between = std::chrono::seconds{10};
    std::optional<std::chrono::nanoseconds> run_for;
    std::chrono::nanoseconds ready_within = std::chrono::seconds{30};
    std::chrono::nanoseconds stable_for = std::chrono::seconds{1};
    std::size_t count = 0;
    int signal = 9;

    /// One thing that is done to the command, as often beside the others.
    struct act {
        std::string name;
        unsigned weight = 1;
    };
    std::vector<act> acts;    ///< none: it gets `signal`
    std::string hold = "5s";  ///< a duration: for so long "freeze" lets it stand still
    bool debug_async = false;
    std::optional<std::chrono::nanoseconds> monitor_tasks;
    std::optional<std::string> log_level;
    std::optional<std::string> log_format;
};

struct history_options : common_options {
    std::optional<std::chrono::nanoseconds> since;  ///< counted back from now
    std::optional<std::string> group;
    std::optional<std::string> target;
    fleet_source fleet;
    std::size_t limit = 50;
};

struct plan_options : common_options {
    app::plan_question question;
    std::optional<std::uint64_t> seed;
    bool offline = false;  ///< asks no driver
};

struct report_options : history_options {
    std::optional<std::filesystem::path> junit;  ///< where to write the report for a CI server
    std::optional<std::filesystem::path> html;   ///< where to write it as a page by itself
};

struct why_options : common_options {
    std::string target;
    fleet_source fleet;
};

struct arm_options : common_options {
    std::vector<std::string> units;
    std::optional<std::filesystem::path> socket;
    std::optional<std::string> group;  ///< its name; absent: made of the units'
    std::vector<std::string> hours;    ///< "09:00-17:00"; none: those of [schedule]
    bool print = false;                ///< only show
    bool yes = false;                  ///< do not ask
    bool wait = false;                 ///< restart the first of them, and wait until it is back
};

struct discover_options {
    std::optional<std::filesystem::path> output;  ///< a new file; absent: standard output
    std::optional<std::string> engine;            ///< the socket of the containers' engine; absent: whichever is there
};

struct notify_options : common_options {
    std::optional<std::string> name;  ///< of one destination; absent: all
};

/// The subcommands: each does its work and returns the program's exit status (`app::exit_status`).
int run(const run_options& o);
int exec(const exec_options& o);
int check(const check_options& o);
int show_history(const history_options& o);
int show_plan(const plan_options& o);
int show_report(const report_options& o);
int show_eligible(const common_options& o);
int try_notifications(const notify_options& o);
int show_why(const why_options& o);
int undo(const common_options& o);
int arm(const arm_options& o);
int discover(const discover_options& o);

/// Closes the breaker of a group, beside the daemon or without it.
int close_breaker(const common_options& o, const std::string& group);

}  // namespace mayhem::cli
