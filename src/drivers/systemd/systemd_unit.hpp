#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "mayhem/core/time.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

/// What Mayhem looks at of a unit, as its properties have it at one moment.
struct systemd_unit {
    std::string id;
    std::vector<std::string> names;  ///< the id and its aliases
    std::string load_state;          ///< "loaded", "masked", "not-found", ...
    std::string active_state;        ///< "active", "inactive", "failed", ...
    std::string sub_state;           ///< "running", "exited", ...
    std::string invocation;          ///< 32 hexadecimal digits: which life; empty when it has none
    std::string restart;             ///< Restart=: "no", "always", "on-failure", ...

    // Of SuccessExitStatus=, RestartPreventExitStatus= and RestartForceExitStatus=: the signals alone.
    std::vector<int> clean_signals;
    std::vector<int> preventing_signals;
    std::vector<int> forcing_signals;

    /// A unit that goes down with this one.
    struct dependent {
        std::string id;
        std::string_view because;  ///< the setting of that unit which says so: "BindsTo="
    };
    std::vector<dependent> dependents;

    /// Those with whom it goes down itself, as it says.
    std::vector<std::string> needs;

    std::vector<std::string> triggered_by;  ///< what starts it: sockets, timers, paths

    // What systemd does to the host when the unit ends, and what it starts then.
    std::string failure_action;
    std::string success_action;
    std::string start_limit_action;
    std::string job_timeout_action;
    std::vector<std::string> on_failure;
    std::vector<std::string> on_success;
    std::string on_failure_mode;  ///< OnFailureJobMode=: "replace", "isolate", ...
    std::string on_success_mode;
    bool has_job_timeout = false;

    std::string kill_mode;  ///< KillMode=: "control-group", "mixed", "process", "none"

    bool has_job = false;  ///< one of systemd's jobs for it is waiting or running
    std::string job;       ///< that one's path on the bus

    std::string result;               ///< how it ended last: "success", "signal", "start-limit-hit", ...
    core::duration left_active_at{};  ///< on the monotonic clock, when it was last not active any more; zero: never
    core::duration main_ended_at{};   ///< likewise, when its main process had ended; zero: it runs, or is not known
    bool remains_after_exit = false;  ///< it is active until somebody stops it, whatever runs

    core::wall_time started_at{};           ///< when it last became active; 1970: never
    std::uint32_t automatic_restarts = 0;   ///< by Restart=, since it was last started by somebody
    core::duration restart_delay{};         ///< RestartSec=: from its end to its automatic restart
    core::duration start_limit_interval{};  ///< zero: no start limit. At most ten years
    std::uint32_t start_limit_burst = 0;    ///< zero: no start limit

    pid_t main_process = 0;     ///< 0: not known
    std::string fragment_path;  ///< the file that defines it: "/lib/systemd/system/web.service"; empty: none
    std::string user;           ///< User=: as whom it runs; empty: as its manager's
    std::string control_group;  ///< of its processes: "/system.slice/web.service"; empty when it has none
    bool has_main_process = true;
    bool is_oneshot = false;
    bool refuses_manual_start = false;
    bool refuses_manual_stop = false;
    bool is_transient = false;
    bool conditions_met = true;  ///< when it was started last; means nothing before that
    bool has_been_tried = true;  ///< it was started at least once, or that was tried
};

enum class systemd_action { restart, kill, stop, freeze, cut, loss, dns, delay, fill, throttle };

/// What is done lasts, and ends; the life of the unit goes on. Pure.
[[nodiscard]] constexpr bool is_lasting(systemd_action a) noexcept { return a >= systemd_action::freeze; }

/// Why a unit must not be touched, whatever a config says; nothing if it may be. A pure decision. `names` are the
/// unit's id and aliases, `own` the unit that Mayhem runs in (empty: none). What is only probably on the way back in
/// (`way_back_in`) yields to a group that names the unit outright.
std::optional<std::string_view> why_unit_protected(const std::vector<std::string>& names, std::string_view own,
                                                   bool is_named);

/// Why a unit is left alone by a wildcard or pattern, which caught what nobody meant: one that does its work and is
/// done (Type=oneshot), or stands for work that is done ("active (exited)"). Nothing if it may be hit. Pure.
std::optional<std::string_view> why_not_meant(const systemd_unit& u);

/// Why a unit would not be back after the action, or could not be acted on at all; nothing if it would. Pure. `does`:
/// what the unit's main process does with the signal; one that it handles may end it with any status, or not at all.
/// Ends in what to do about it.
std::optional<std::string> why_not_back(const systemd_unit& u, systemd_action action, int signal,
                                        system::signal_disposition does = system::signal_disposition::by_default);

/// systemd has unloaded it since it ended, and knows nothing of its lives any more. Pure.
bool is_forgotten(const systemd_unit& u) noexcept;

/// It is there and does not stand, although it is of those that do as a rule. Pure.
bool is_down(const systemd_unit& u) noexcept;

/// Its life goes on, though perhaps not for long. Pure.
bool is_alive(const systemd_unit& u) noexcept;

/// Why a unit that was named is no target now, which is none that runs; nothing where it is about to. Pure.
std::optional<std::string> why_not_running(const systemd_unit& u);

std::string_view to_string(systemd_action a) noexcept;

/// The inverse; nothing for a name that is none.
std::optional<systemd_action> parse_systemd_action(std::string_view name) noexcept;

}  // namespace mayhem::drivers
