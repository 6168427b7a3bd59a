#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/skip.hpp"
#include "mayhem/ports/restart_record.hpp"

namespace mayhem::ports {

/// A message that a former life of the daemon (or this one) left unfinished.
struct unfinished_message {
    core::message message;
    int attempts = 0;                         ///< attempts begun so far
    std::optional<core::wall_time> retry_at;  ///< not to be redelivered before

    /// It may have been acted on: an attempt ended so (`core::may_have_acted`), or the former life ended without
    /// saying. Nobody does it again.
    bool may_have_acted = false;
};

/// How a message's target was drawn: in which round, and from which list.
struct draw_record {
    std::uint64_t round = 1;
    std::span<const core::target> eligible;
};

/// What a group's next life must know of the former one.
struct group_memory {
    std::string group;
    std::uint64_t round = 1;                 ///< of the last draw
    std::vector<std::string> turns{};        ///< the ids drawn in that round, oldest first
    std::size_t members = 0;                 ///< so many were on the newest list
    std::size_t failures_in_a_row = 0;       ///< since the last recovery, and since the breaker was closed
    std::optional<core::breaker> breaker{};  ///< when it is open
};

/// The durable record. A call returns once what it wrote survives a power cut, and throws `core::store_failed` when
/// that cannot be promised: nothing of it is seen in this life, but a crash before another call has returned may leave
/// it to the next one. The loop's thread only; the work happens elsewhere. A call that is cancelled completes its write
/// all the same (it is never cut in half) and returns; the caller's next await throws.
class store : public restart_record {
public:
    /// The journal: before a message is published. False if a message of that id is on record already; then nothing
    /// was written.
    virtual async::awaitable<bool> journal(const core::message& m) = 0;

    /// The same together with the draw that chose its target; an empty list means that there was none.
    virtual async::awaitable<bool> journal_draw(const core::message& m, const draw_record& d) = 0;

    /// Right before an act: looks at the limits and the breaker of the message's group, and unless one of them refuses
    /// takes the place of this restart within them and begins the attempt, all in one transaction. Whoever crashes
    /// afterwards has used the place. It is given back when the attempt is recorded as refused, and when `nack` says
    /// that nothing was done.
    virtual async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                               const restarts_query& q,
                                                               const core::guard_limits& limits) = 0;

    /// The talk's `save`: attempt number `attempt` at this message begins.
    virtual async::awaitable<void> save(const core::message& m, int attempt) = 0;

    /// The attempt ended so; with `acked` or `dead_lettered` the message is finished. Opens the group's breaker if the
    /// outcome says so.
    virtual async::awaitable<void> record(const core::message& m, const core::outcome& o) = 0;

    /// At shutdown: these messages go back to the journal, to be redelivered by the next life. None of them has been
    /// acted on by an attempt that is open: it ends as `stopped`, and its place within the limits is given back. What
    /// may have been acted on is never nacked: left as it is, the next life finds it as such. One transaction.
    virtual async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at,
                                        const std::string& why) = 0;

    /// Planned moments at which no message was made. One transaction; leaves out what is on record already, be it as
    /// a skip or as a message.
    virtual async::awaitable<void> skip(std::span<const core::skip> skips) = 0;

    /// From `now` on the group follows this plan (`planner::identity`). Until when it was followed before, by this life
    /// or a former one: the last planned moment on record, or when it was first announced; the same once more until
    /// something is recorded. Nothing for a new plan.
    virtual async::awaitable<std::optional<core::wall_time>> follow_plan(const std::string& group,
                                                                         const std::string& plan,
                                                                         core::wall_time now) = 0;

    /// Everything that was journalled and is neither acked nor dead-lettered, oldest first. A life begins with it:
    /// nobody may be handling a message, and an attempt that was begun and never ended does so as `cancelled`.
    virtual async::awaitable<std::vector<unfinished_message>> unfinished() = 0;

    /// What is remembered of these groups, in their order.
    virtual async::awaitable<std::vector<group_memory>> recall(const std::vector<std::string>& groups) = 0;

    /// Closes the group's breaker; false if it was not open.
    virtual async::awaitable<bool> close_breaker(const std::string& group) = 0;

    /// Flushes and closes; the last call.
    virtual async::awaitable<void> close() = 0;
};

}  // namespace mayhem::ports
