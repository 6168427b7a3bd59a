#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "mayhem/core/rules/guards.hpp"
#include "mayhem/ports/restart_record.hpp"
#include "pipeline/model/acted_incarnations.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/halt_switch.hpp"

namespace mayhem::pipeline {

/// Whether the guards have a question for this group, and that driver of it, whose answer must be waited for: from the
/// driver, the record or the probe. Where they have none, the look `at_once` alone decides, at no cost.
[[nodiscard]] bool must_ask(const group& g, ports::driver& by) noexcept;

/// What the record is asked for acting on `m` at that time.
[[nodiscard]] ports::restarts_query query_for(const core::message& m, const group& g, core::wall_time now);

/// Whether the limits of a group count what the record has.
[[nodiscard]] bool wants_record(const core::guard_limits& l) noexcept;

/// What was seen around all targets of a group, for whoever asks about many of them: it is not looked up anew for each.
struct group_seen {
    std::vector<core::target> members{};
    group_state::all_acted_on acted_on{};        ///< whom somebody was acting on when the list was asked for
    std::shared_ptr<const core::reach> reach{};  ///< of the target in question; null: nobody can know
};

/// May it be acted on now? Collects what `core::refuse` decides on, and is the one place that does, in three depths:
/// `at_once`, before any work on a message; `ask`, for those guards whose answer must be waited for; `before_act`, in
/// the step of the act, and again and again while something lasts. `ask_all` is for a person, who wants to know what
/// every guard says.
class guard_look {
public:
    /// All outlive it.
    guard_look(const halt_switch& h, const acted_incarnations& a, ports::restart_record& r, bool dry_run) noexcept
        : halt_(h), acted_(a), record_(r), dry_run_(dry_run) {}

    /// What this life knows, at no cost. `g` is null for a group that is gone; `k` is the incarnation that `m` names.
    [[nodiscard]] core::guard_facts at_once(const core::message& m, const group* g, acted_incarnations::key k) const;

    /// What this life knows, and: lists the targets, reads the record, asks the probe, each only if a guard of the
    /// group wants it, and the probe not when another guard refuses before it. What the driver cannot tell makes the
    /// group `unsteady`. Throws `core::store_failed`. `m` and `g` outlive the call.
    async::awaitable<core::guard_facts> ask(const core::message& m, group& g, acted_incarnations::key k) const;

    /// The same, and every guard is asked. Where `seen` is given, which outlives the call, the driver is not.
    async::awaitable<core::guard_facts> ask_all(const core::message& m, group& g,
                                                const group_seen* seen = nullptr) const;

    /// What may have changed since the guards agreed: the halt, the time of day, the breaker. No wait and no clock.
    [[nodiscard]] core::guard_facts before_act(const group& g) const;

    /// Whether the hour and the day are over, by the clock on the wall, whose limits a place was taken from.
    [[nodiscard]] static bool is_of_another_hour(const group& g, const core::limit_windows& taken_in);

    /// What of that refuses an act of that driver now; what is to last must also fit into the hours.
    [[nodiscard]] std::optional<core::guard> refusal_before_act(const group& g, ports::driver& by) const;

    [[nodiscard]] const halt_switch& halt() const noexcept { return halt_; }

private:
    async::awaitable<core::guard_facts> ask(const core::message& m, group& g, core::guard_facts facts, bool all,
                                            const group_seen* seen) const;

    const halt_switch& halt_;
    const acted_incarnations& acted_;
    ports::restart_record& record_;
    const bool dry_run_;
};

}  // namespace mayhem::pipeline
