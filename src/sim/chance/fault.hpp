#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mayhem::sim {

/// What may go wrong, or be done, in a simulated world. Each run draws which of them it has, and how often.
enum class fault : std::uint8_t {
    slow_store,         ///< the disk takes its time: before a commit, or between it and the answer
    store_error,        ///< a call of the disk answers EIO
    failing_disk,       ///< some writes in a row do
    full_disk,          ///< the disk has no room for a while
    slow_list,          ///< a driver's list takes long
    failed_list,        ///< it cannot be had
    stale_list,         ///< it is how things were a while ago
    slow_act,           ///< an act takes long to begin, or its answer to come
    failed_act,         ///< nothing was done
    doubtful_act,       ///< nobody says whether it was done; it was, or will be, or was not
    lost_act,           ///< it is said to be done, and was not
    repeated_act,       ///< it is done twice
    blind_look,         ///< a look at what came of it does not see
    wrong_probe,        ///< a probe says no though all is well
    slow_death,         ///< what was told to end takes long to do so
    long_absence,       ///< what ended does not come back for long
    relapse,            ///< what came back dies again at once
    own_death,          ///< a target ends by itself
    dropped_extension,  ///< a lease is not renewed, and so is lost
    slow_thread,        ///< blocking work takes long
    blind_sight,        ///< the halt file cannot be looked at
    slow_sight,         ///< or only late
    lost_notice,        ///< that something has changed in its folder is not told
    clock_jump,         ///< the wall clock is set
    kill,               ///< SIGKILL
    power_cut,
    stop,         ///< SIGTERM
    second_stop,  ///< and one more
    reload,
    bad_reload,  ///< of a file with a mistake
    impatience,  ///< who sees that a reload hangs, a target does not end, or the record fails, stops the daemon
    drain,
    halt,
    file_halt,
    config_halt,
    asked_restart,
    closed_breaker,
    failed_note,   ///< the disk takes no undo note, or does not give one up
    taken_target,  ///< somebody stops a target on purpose after an act on it, and starts it again later
    ignored_act,   ///< a target takes no notice of what it is told, until somebody sees to it
    holder_dies,   ///< who holds what lasts is killed
    red_shop,      ///< what a group's stop condition asks is not well for a while
    idle_target,   ///< what stands on a target does nothing to it: it sends and asks for nothing
    stuck_hold,    ///< what lasts, and who holds must undo, cannot be undone for a while

    // In a fleet alone.
    cut_off,           ///< a host cannot reach its fleet's database
    lost_call,         ///< calls of a host get lost on their way there
    lost_answer,       ///< or what is answered, on its way back
    slow_way,          ///< or take long
    freeze,            ///< a whole host stands still, and goes on where it was
    wrong_plan,        ///< a host's config has other limits for a shared group than the others'
    database_crash,    ///< the fleet's database is gone for a while, and what is in no log for good
    database_silence,  ///< it answers nobody for a while
    database_loss,     ///< a standby takes over that lacks the newest commits
    fleet_halt,        ///< somebody halts the fleet, or a group of it, in the database
};

inline constexpr std::size_t fault_count = static_cast<std::size_t>(fault::fleet_halt) + 1;

/// Of those that a host has by itself; what a fleet has besides comes after them.
inline constexpr std::size_t host_fault_count = static_cast<std::size_t>(fault::stuck_hold) + 1;

/// In that order.
inline constexpr std::array<std::string_view, fault_count> fault_names{"slow_store",
                                                                       "store_error",
                                                                       "failing_disk",
                                                                       "full_disk",
                                                                       "slow_list",
                                                                       "failed_list",
                                                                       "stale_list",
                                                                       "slow_act",
                                                                       "failed_act",
                                                                       "doubtful_act",
                                                                       "lost_act",
                                                                       "repeated_act",
                                                                       "blind_look",
                                                                       "wrong_probe",
                                                                       "slow_death",
                                                                       "long_absence",
                                                                       "relapse",
                                                                       "own_death",
                                                                       "dropped_extension",
                                                                       "slow_thread",
                                                                       "blind_sight",
                                                                       "slow_sight",
                                                                       "lost_notice",
                                                                       "clock_jump",
                                                                       "kill",
                                                                       "power_cut",
                                                                       "stop",
                                                                       "second_stop",
                                                                       "reload",
                                                                       "bad_reload",
                                                                       "impatience",
                                                                       "drain",
                                                                       "halt",
                                                                       "file_halt",
                                                                       "config_halt",
                                                                       "asked_restart",
                                                                       "closed_breaker",
                                                                       "failed_note",
                                                                       "taken_target",
                                                                       "ignored_act",
                                                                       "holder_dies",
                                                                       "red_shop",
                                                                       "idle_target",
                                                                       "stuck_hold",
                                                                       "cut_off",
                                                                       "lost_call",
                                                                       "lost_answer",
                                                                       "slow_way",
                                                                       "freeze",
                                                                       "wrong_plan",
                                                                       "database_crash",
                                                                       "database_silence",
                                                                       "database_loss",
                                                                       "fleet_halt"};

[[nodiscard]] constexpr std::string_view to_string(fault f) noexcept {
    return fault_names[static_cast<std::size_t>(f)];
}

}  // namespace mayhem::sim
