#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/chance/dice.hpp"
#include "sim/chance/sometimes.hpp"
#include "sim/judge/findings.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::sim {

class world_log;

/// What a run is made from, beside its seed.
struct run_options {
    /// How long anything may happen; nothing: drawn.
    std::optional<std::chrono::nanoseconds> storm;

    /// How much goes on; nothing: drawn.
    std::optional<sim::pace> pace;

    /// So many groups; nothing: drawn.
    std::optional<std::size_t> groups;

    /// What may go wrong; nothing: drawn.
    std::optional<dice::personality> faults;

    /// Only these throws may come about.
    std::optional<std::set<dice::one>> only;

    bool logs = false;  ///< the daemon logs what it does

    std::ostream* events = nullptr;  ///< every event goes there, too

    /// When the storm is over; tells what did not happen, to see that it is found out.
    std::function<void(world_log&)> falsify;
};

/// What came of it.
struct run_result {
    std::uint64_t seed = 0;
    findings found;
    std::vector<std::string> last_events;  ///< if something was found
    std::vector<dice::one> come_about;     ///< which faults, in order
    bool is_stuck = false;                 ///< a dead life did not come to its end
    std::string broke;                     ///< what has ended the run before its time; empty: nothing

    sometimes rare;
    std::chrono::nanoseconds simulated{};
    std::uint64_t steps = 0;
    std::uint64_t lives = 0;
    std::uint64_t kills = 0;
    std::uint64_t messages = 0;
    std::uint64_t acts = 0;
    std::uint64_t hash = 0;             ///< of every step
    std::vector<std::uint64_t> hashes;  ///< of each thousand of them

    [[nodiscard]] bool is_clean() const noexcept { return found.is_clean() && !is_stuck && broke.empty(); }
};

/// A storm, in which anything may happen to a daemon and its world; a calm, in which nothing does any more; the end.
/// All of it is judged. The same seed and options give the same run, to the step. `log` is where the daemon logs.
[[nodiscard]] run_result run_world(std::uint64_t seed, const run_options& options, telemetry::logging& log);

}  // namespace mayhem::sim
