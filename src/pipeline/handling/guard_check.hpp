#pragma once

#include <memory>
#include <optional>

#include "mayhem/core/rules/guards.hpp"
#include "pipeline/handling/bystanders.hpp"
#include "pipeline/handling/guard_look.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// A place within the limits of a group, kept until the recovery is seen or given up.
struct place {
    group_state::act act;
    std::shared_ptr<const core::reach> reach;  ///< who goes down with the target; null: nobody, as far as is known
    bystanders beside;
    std::optional<core::limit_windows> taken_in;  ///< the hour and the day that count it; nothing: nobody counts
};

/// Decides for a handler whether to act: looks, refuses, and where all agree takes the place within the limits. A
/// record that cannot be read or written is tried again every 2 s, until the message expires: nothing is done without
/// it. Whoever asked for a message that is refused is told why.
class guard_check {
public:
    guard_check(const surroundings& s, bool dry_run) noexcept : to_(s), look_(s.halt, s.acted, s.limits, dry_run) {}

    [[nodiscard]] const guard_look& look() const noexcept { return look_; }

    /// What is known at once, and costs nothing, for a message that names the incarnation `k` of a target of `g`; null:
    /// a group that is gone. Nothing: no guard refuses so far.
    [[nodiscard]] std::optional<core::guard> pass_at_once(const ports::delivery& d, const group* g,
                                                          acted_incarnations::key k) const;

    /// For a group that `must_ask`: what must be waited for. Nothing: act, and keep `taken`.
    async::awaitable<std::optional<core::guard>> pass(const ports::delivery& d, group& g, acted_incarnations::key k,
                                                      place& taken);

    /// An attempt ended so; may open the breaker, and says how to close it.
    void judge(const core::message& m, group& g, core::outcome& o);

private:
    async::awaitable<std::optional<core::guard>> try_to_pass(const ports::delivery& d, group& g,
                                                             acted_incarnations::key k, place& taken);
    void note_breaker(group& g, const std::optional<core::breaker>& on_record);

    const surroundings to_;
    guard_look look_;
};

}  // namespace mayhem::pipeline
