#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/fleet_place.hpp"
#include "cli/fleet_session.hpp"

namespace mayhem::cli {

/// `mayhem fleet COMMAND`: what a person does to a fleet's database.
struct fleet_options : fleet_place {
    std::string name;  ///< of the host or the group; empty: the whole fleet
    std::string why;   ///< of a halt
    std::size_t limit = 50;
    bool json = false;
    bool print = false;  ///< the SQL, in place of running it
    bool all = false;    ///< of `status`: every host
};

void add_fleet(CLI::App& app, fleet_options& o);

/// By the name of the command: "init". Prints, and returns the exit status.
int run_fleet_command(std::string_view command, const fleet_options& o);

/// The work of each, once connected.
async::awaitable<fleet_answer> init_fleet(fleet_talk& talk);
async::awaitable<fleet_answer> migrate_fleet(fleet_talk& talk);
async::awaitable<fleet_answer> print_migration(fleet_talk& talk);
async::awaitable<fleet_answer> add_fleet_host(fleet_talk& talk, std::string host);
async::awaitable<fleet_answer> forget_fleet_host(fleet_talk& talk, std::string host);
async::awaitable<fleet_answer> accept_fleet_loss(fleet_talk& talk, std::string group);
async::awaitable<fleet_answer> show_fleet_log(fleet_talk& talk, std::string group, std::size_t limit);

/// `group` empty: the whole fleet.
async::awaitable<fleet_answer> halt_fleet(fleet_talk& talk, std::string group, std::string why);
async::awaitable<fleet_answer> resume_fleet(fleet_talk& talk, std::string group);
async::awaitable<fleet_answer> close_fleet_breaker(fleet_talk& talk, std::string group);

/// Of `show_fleet_status`.
[[nodiscard]] constexpr std::size_t hosts_shown(bool all) noexcept { return all ? static_cast<std::size_t>(-1) : 20; }

/// Which hosts are there, so many of them at the most, those first of which something is to be said; and how each group
/// stands.
async::awaitable<fleet_answer> show_fleet_status(fleet_talk& talk, std::size_t hosts_max);

/// For the journal, beside the role, which nobody can choose: "alice@web07".
[[nodiscard]] std::string who_asks();

/// `terms` are the group's limits, as `mayhem.adopt` takes them (`fleet_terms.hpp`).
async::awaitable<fleet_answer> adopt_fleet_plan(fleet_talk& talk, std::string group, std::string plan,
                                                std::string terms);

/// Looks at everything that a fleet rests on; `demands_standby`: more than one database host is configured.
async::awaitable<fleet_answer> check_fleet(fleet_talk& talk, bool demands_standby);

}  // namespace mayhem::cli
