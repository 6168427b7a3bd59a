#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "mayhem/core/rules/outcome.hpp"
#include "telemetry/log.hpp"

namespace mayhem::telemetry {

/// What the daemon has done since it started, in whole numbers that only grow. Plain data: the loop's thread counts,
/// and a copy may go anywhere.
struct metrics {
    std::uint64_t published = 0;
    std::uint64_t consumed = 0;
    std::uint64_t restarted = 0;
    std::uint64_t saved = 0;
    std::uint64_t recovered = 0;
    std::uint64_t not_recovered = 0;
    std::uint64_t unstable = 0;
    std::uint64_t not_tolerated = 0;
    std::uint64_t aborted = 0;
    std::uint64_t no_effect = 0;
    std::uint64_t fault_stuck = 0;
    std::uint64_t taken_over = 0;
    std::uint64_t not_ended = 0;
    std::uint64_t extended = 0;
    std::uint64_t leases_lost = 0;
    std::uint64_t acked = 0;
    std::uint64_t nacked = 0;
    std::uint64_t dead_lettered = 0;
    std::uint64_t skipped = 0;  ///< moments at which no message was made
    std::uint64_t unhandled_exceptions = 0;
    std::uint64_t dropped_log_lines = 0;

    /// Refusals, one count for each guard.
    std::array<std::uint64_t, core::refusing_guards> refused{};

    void count_refusal(core::guard by) noexcept { ++refused[static_cast<std::size_t>(by)]; }
};

/// `published=4 consumed=4 ...`, then `refused_NAME=...` for the guards that said no at least once.
std::string to_text(const metrics& m);

/// One JSON object with the same names; the refusals of all guards in an object of their own, `refused`.
std::string to_json(const metrics& m);

/// The talk's "Flushing metrics" at shutdown: one line with everything.
void flush(const metrics& m, const log& to);

}  // namespace mayhem::telemetry
