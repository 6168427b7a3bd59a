#pragma once

#include <optional>

#include "mayhem/core/rules/guards.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"
#include "mayhem/ports/store.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// Whether the guards have a question for this group whose answer must be waited for: from the driver, the record or
/// the probe. Where they have none, `core::refuse` alone decides, at no cost.
[[nodiscard]] bool must_ask(const group& g) noexcept;

/// Whether the group's calendar allows `facts.now`.
void look_at_calendar(const group& g, core::guard_facts& facts);

/// Collects what the guards look at for acting on `m` now: lists the targets, reads the record, asks the probe, each
/// only if a guard of the group wants it. The probe is spared when another guard refuses before it, unless `all`.
/// What the driver cannot tell makes the group `unsteady`. `facts.now` is set; `expires_at`, `dry_run` and the like are
/// the caller's. Throws `core::store_failed`. `m` and `g` outlive the call.
async::awaitable<core::guard_facts> look(const core::message& m, group& g, ports::restart_record& record,
                                         core::guard_facts facts, bool all = false);

/// Decides for a handler whether to act: looks, refuses, and where all agree takes the place within the limits. A
/// record that cannot be read or written is tried again every 2 s, until the message expires: nothing is done without
/// it.
class guard_check {
public:
    /// All outlive it. `r` is told why a message that somebody asked for is refused; it may be null.
    guard_check(ports::store& s, ports::observer& o, restart_requests* r = nullptr)
        : store_(s), observer_(o), requests_(r) {}

    /// Nothing: act, and keep `act` until the recovery is over. `known` is what the handler knows already.
    async::awaitable<std::optional<core::guard>> pass(const ports::delivery& d, group& g, core::guard_facts known,
                                                      group_state::act& act);

    /// An attempt ended so; may open the breaker, and says how to close it.
    void judge(const core::message& m, group& g, core::outcome& o);

private:
    async::awaitable<std::optional<core::guard>> try_to_pass(const ports::delivery& d, group& g,
                                                             core::guard_facts known, group_state::act& act);
    void note_breaker(group& g, const std::optional<core::breaker>& on_record);

    ports::store& store_;
    ports::observer& observer_;
    restart_requests* requests_;
};

}  // namespace mayhem::pipeline
