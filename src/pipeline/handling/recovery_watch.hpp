#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/core/rules/reach_watch.hpp"
#include "mayhem/core/rules/stability_watch.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::pipeline {

/// What the looks at a target that was acted on have shown.
struct sighting {
    core::stability_watch course;
    async::clock::time_point act;  ///< from which the time counts
    core::reach_watch around{};    ///< those who were to go down with it: until they stand again, it has not recovered
    std::string trouble{};         ///< why the last look did not see it stand; empty when there was just nothing
    std::optional<core::wall_time>
        started_at{};  ///< when the new incarnation that was seen last began, if that is known
    core::recovery_stages stages{};
    core::stability_watch::time ended{};   ///< when the watch was over
    std::vector<core::fate> unforetold{};  ///< who fell in the same time, and was not to go down with it

    /// One look that did not fail: nothing, or the new incarnation, at which it was looked from then until now.
    void see(std::optional<core::target>&& next, core::stability_watch::time from);

    /// One look that found nothing, and that somebody else has seen to that: why.
    void see_it_taken(std::string why, core::stability_watch::time from);

    /// The look failed, whatever the reason. To be called while the exception is handled; passes a cancellation of the
    /// caller on.
    void not_seen();

    /// From the act to the current step.
    [[nodiscard]] core::stability_watch::time elapsed() const noexcept;
};

/// Looks until it is known whether `t` has recovered: a newer incarnation runs and the probe, if there is one, passes,
/// for as long as it must. `seen` says when to look and for how long, is told what was seen, and outlives the call; if
/// it knows of no look, the first one is at once. A look that fails is none, and no reason to stop looking: throws
/// nothing but a cancellation.
async::awaitable<void> watch_recovery(ports::driver& d, ports::probe* p, core::target t, sighting& seen);

/// How it ended, and what became of `t` itself, which `seen` is told: a target that still stands has not been
/// restarted, and so has nothing to recover from. After the watch; where it did not recover, with one look more. What
/// only stood still goes on, and is not asked about. Throws nothing but a cancellation.
async::awaitable<core::recovery_end> look_back(ports::driver& acted, core::target t, sighting& seen);

}  // namespace mayhem::pipeline
