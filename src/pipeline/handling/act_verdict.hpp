#pragma once

#include <cstdint>
#include <optional>

#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/stability_watch.hpp"

namespace mayhem::pipeline {

/// How the driver's half of an attempt ended, beside which it was saved.
enum class act_end : std::uint8_t {
    done,      ///< the driver has acted
    in_doubt,  ///< it was asked for, and nobody knows whether it was done: it counts as done
    refused,   ///< a guard or the driver said no; nothing was touched
    failed,    ///< the driver could not do it; nothing was done
    stopped,   ///< cancelled before the driver was told to go ahead; nothing was touched
    cut,       ///< cancelled after that: nobody knows
};

/// What is to be done about an attempt whose act has ended.
struct act_verdict {
    /// What goes on record, unless the watch for recovery finds more (`after_watch`). Nothing: the attempt is left as
    /// it is, and the shutdown gives the message back, or leaves it to the next life, which doubts it.
    std::optional<core::verdict> verdict{};

    /// Whether the incarnation stays one that was acted on, which no message may name any more.
    bool keeps_claim = false;

    /// Whether it stays so for a while only (`acted_incarnations::doubt`).
    bool is_doubted = false;

    bool is_watched = false;

    friend bool operator==(const act_verdict&, const act_verdict&) = default;
};

/// The one rule that says whether a message's target was acted on, and what follows. `is_cancelled`: the daemon ends,
/// so that nothing is waited for any more, and a save that failed says nothing (it may have been cut).
[[nodiscard]] act_verdict judge_act(bool is_saved, act_end act, bool is_cancelled) noexcept;

/// The same attempt, after its recovery was watched to its end. What is gone may be acted on again; what was in doubt
/// and still stands, after a while.
[[nodiscard]] act_verdict after_watch(act_verdict before, act_end act, core::recovery_end end) noexcept;

/// The same attempt, which has `lasted`; null: it has not. What came back and was to tolerate it, and did not, or what
/// had to be broken off, is a finding, and so is that it had no effect; whatever is worse than that stays what it is.
/// What could not be ended is a finding whatever became of the target, of whom that says little.
[[nodiscard]] act_verdict after_span(act_verdict before, core::during_policy during,
                                     const core::span_facts* lasted) noexcept;

}  // namespace mayhem::pipeline
