#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/group_size.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/rules/usual_recovery.hpp"

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

/// A message that is on record, whoever asks for it.
struct recorded_message {
    core::message message;

    /// How it was settled, `acked` or `dead_lettered`; nothing: it is not over.
    std::optional<core::disposition> settled{};
    std::string error{};  ///< of its newest attempt that has one
};

/// Of whom the record says that he may have been acted on, and nobody saw him gone.
struct acted_target {
    std::string group;
    core::target target;
};

/// How a message's target was drawn: in which round, and from which list. An empty list: it was not drawn.
struct draw_record {
    std::uint64_t round = 1;
    std::span<const core::target> eligible{};

    /// How many members the group has, where the record does not say so yet.
    std::optional<core::size_on_day> size{};
};

/// The messages of this host: what is to be done, what was tried, how it ended.
///
/// A call returns once what it wrote survives a power cut, and throws `core::store_failed` when that cannot be
/// promised: nothing of it is seen in this life, but a crash before another call has returned may leave it to the next
/// one. The loop's thread only; the work happens elsewhere. A call that is cancelled completes its write all the same
/// (it is never cut in half) and returns; the caller's next await throws.
class journal {
public:
    virtual ~journal() = default;

    /// Before a message is published, together with the draw that chose its target. False if a message of that id is on
    /// record already; then nothing was written.
    virtual async::awaitable<bool> enter(const core::message& m, const draw_record& d) = 0;

    /// The talk's `save`: attempt number `attempt` at this message begins. `foretold`: who goes down with the target;
    /// null: nobody, as far as is known.
    virtual async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) = 0;

    /// The attempt ended so; with `acked` or `dead_lettered` the message is finished. Opens the group's breaker if the
    /// outcome says so.
    virtual async::awaitable<void> record(const core::message& m, const core::outcome& o) = 0;

    /// The past of the message's target, newest first, against which its recovery is held (usual_recovery.hpp): of the
    /// messages before it in its group, those that recovered after `act`, from `since` on. What former versions did not
    /// note counts: an unknown act for any, an unknown `not_before` for zero.
    virtual async::awaitable<std::vector<core::seen_recovery>> past_recoveries(const core::message& m,
                                                                               std::string_view act,
                                                                               core::wall_time since) = 0;

    /// At shutdown: these messages go back to the journal, to be redelivered by the next life. None of them has been
    /// acted on by an attempt that is open: it ends as `stopped`, and its place within the limits is given back. What
    /// may have been acted on is never nacked: left as it is, the next life finds it as such. One transaction.
    virtual async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at,
                                        const std::string& why) = 0;

    /// Everything that was entered and is neither acked nor dead-lettered, oldest first. A life begins with it: nobody
    /// may be handling a message, and an attempt that was begun and never ended does so as `cancelled`.
    virtual async::awaitable<std::vector<unfinished_message>> unfinished() = 0;

    /// What is on record of the message `id`; nothing: it was never entered, or is so old that it was deleted.
    virtual async::awaitable<std::optional<recorded_message>> find(const core::uuid& id) = 0;

    /// Of the newest 1000 messages, finished ones included: those whose targets may have been acted on, and were not
    /// seen to have come back, and who was to go down with them. A life begins with it: what still stands of them may
    /// yet be on its way out.
    virtual async::awaitable<std::vector<acted_target>> acted_on() = 0;
};

}  // namespace mayhem::ports
