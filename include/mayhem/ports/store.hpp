#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/outcome.hpp"
#include "mayhem/core/skip.hpp"

namespace mayhem::ports {

/// A message that a former life of the daemon (or this one) left unfinished.
struct unfinished_message {
    core::message message;
    int attempts = 0;                         ///< attempts begun so far
    std::optional<core::wall_time> retry_at;  ///< not to be redelivered before

    /// The former life ended without saying whether it acted: it may have, so nobody does it again.
    bool may_have_acted = false;
};

/// The durable record. Every call returns only after what it wrote survives a power cut, and throws
/// `core::store_failed` when that cannot be promised; a failed call has recorded nothing.
/// Used on the loop's thread only; the work happens elsewhere. A call that is cancelled still completes its write
/// (a write is never cut in half) and returns; the caller's next await throws.
class store {
public:
    virtual ~store() = default;

    /// The journal: before a message is published. False if a message of that id is on record already; then nothing
    /// was written.
    virtual async::awaitable<bool> journal(const core::message& m) = 0;

    /// The talk's `save`: attempt number `attempt` at this message begins.
    virtual async::awaitable<void> save(const core::message& m, int attempt) = 0;

    /// The attempt ended so; with `acked` or `dead_lettered` the message is finished.
    virtual async::awaitable<void> record(const core::message& m, const core::outcome& o) = 0;

    /// At shutdown: these messages go back to the journal, to be redelivered by the next life. One transaction.
    virtual async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at,
                                        const std::string& why) = 0;

    /// Planned moments at which no message was made. One transaction; leaves out what is on record already, be it as
    /// a skip or as a message.
    virtual async::awaitable<void> skip(std::span<const core::skip> skips) = 0;

    /// From `now` on the group follows this plan (`planner::identity`). Until when it was followed before, by this life
    /// or a former one: the last planned moment on record, or when it was first announced. Nothing for a new plan.
    virtual async::awaitable<std::optional<core::wall_time>> follow_plan(const std::string& group,
                                                                         const std::string& plan,
                                                                         core::wall_time now) = 0;

    /// Everything that was journalled and is neither acked nor dead-lettered, oldest first.
    virtual async::awaitable<std::vector<unfinished_message>> unfinished() = 0;

    /// Flushes and closes; the last call.
    virtual async::awaitable<void> close() = 0;
};

}  // namespace mayhem::ports
