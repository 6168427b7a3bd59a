#pragma once

#include <cstddef>
#include <cstdint>

#include "mayhem/async/clock.hpp"

namespace mayhem::async {

/// One step that a loop has run: a coroutine, from where it was resumed to its next wait.
struct step_taken {
    clock::time_point at;       ///< when; on a virtual clock, exactly
    std::uint64_t task = 0;     ///< `task_info::id`; 0 for a function that was posted
    std::uint32_t resumes = 0;  ///< of its task, this step included
    std::uint32_t line = 0;     ///< where it stood before the step; 0 at a beginning, or behind an operation of Asio

    bool operator==(const step_taken&) const noexcept = default;
};

/// For simulations: chooses which of several ready coroutines runs next, and is told of every step. A loop without one
/// runs them in the order in which they became ready, and pays nothing for the possibility.
///
/// With a scheduler what happens depends on the virtual clock and on the scheduler's choices alone: processor counters
/// decide nothing. Steps that Asio's own handlers run are not chosen, nor noted; a simulation has none that matter.
/// Outlives its loop. The loop's thread only.
class scheduler {
public:
    /// It chooses among the so many that have been ready longest, so that a choice costs little.
    static constexpr std::size_t choices_max = 8;

    virtual ~scheduler() = default;

    /// Which of `ready` (2 to `choices_max`) goes first, counted from 0, the one that has been ready longest.
    [[nodiscard]] virtual std::size_t choose(std::size_t ready) noexcept = 0;

    /// After each step that came from the ready list.
    virtual void note(const step_taken& s) noexcept = 0;
};

}  // namespace mayhem::async
