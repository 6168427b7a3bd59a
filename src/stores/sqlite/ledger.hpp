#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/skip.hpp"
#include "mayhem/ports/journal.hpp"
#include "stores/sqlite/guard_record.hpp"
#include "stores/sqlite/pruning.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"

namespace mayhem::stores {

/// What the calls of `ports::journal`, `limits` and `plan_memory` do to the tables. Begins and ends no transaction:
/// that is its caller's decision.
///
/// A message is entered (journalled) -> running -> nacked -> running ... -> acked or dead-lettered; from those two it
/// never moves again. Every call may be repeated, and a call that finds no journal entry for its message makes one.
/// Synchronous, one thread at a time; throws `SQLite::Exception`, after which the failed call has done nothing
/// (within a savepoint, if it consists of several statements). Must be destroyed before `database`.
class ledger {
public:
    explicit ledger(sqlite_database& database);

    /// False if it is on record already.
    bool enter(const core::message& m);

    /// The same, and how its target was drawn: out of so many, whose ids `targets` has as a JSON array.
    bool enter(const core::message& m, std::uint64_t round, std::size_t members, const std::string& targets);

    /// See `guard_record::note_size`.
    void note_size(const std::string& group, const core::size_on_day& on) { guards_.note_size(group, on); }

    /// Takes a place within the limits and begins the attempt, unless a guard refuses.
    [[nodiscard]] std::optional<core::guard> claim(const core::message& m, int attempt, const ports::restarts_query& q,
                                                   const core::guard_limits& limits, core::wall_time at,
                                                   const std::vector<core::neighbour>& foretold = {});

    /// An attempt begins. Earlier ones of this message that never ended (the daemon was killed) end now as cancelled.
    void save(const core::message& m, int attempt, core::wall_time at,
              const std::vector<core::neighbour>& foretold = {});

    /// An attempt ended. The first outcome of an attempt stands, unless it was `cancelled` or `stopped`. A nack from an
    /// attempt that is no longer the newest does not touch the message: it is in other hands.
    void record(const core::message& m, const core::outcome& o);

    /// See `ports::journal`.
    [[nodiscard]] std::vector<core::seen_recovery> past_recoveries(const core::uuid& message, const std::string& group,
                                                                   const std::string& target, const std::string& act,
                                                                   core::wall_time since);

    /// Back to the journal, untouched: an attempt that has begun ends as `stopped`, and its place within the limits is
    /// given back. A back-off that was running goes on. Ids that are unknown or settled are ignored.
    void nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why);

    /// Moments that have a message or a skip already are left out.
    void skip(const std::vector<core::skip>& skips);

    /// See `ports::plan_memory`. The table `plans` says which one a group follows, and since when.
    std::optional<core::wall_time> follow_plan(const std::string& group, const std::string& plan, core::wall_time now);

    /// As the functions of facts.hpp.
    [[nodiscard]] std::optional<std::string> fact(const std::string& key);
    void set_fact(const std::string& key, const std::string& value);

    /// As the function of pruning.hpp.
    pruned prune(core::wall_time before, std::size_t limit);

    /// A life begins: what a former one was in the middle of ends as `cancelled`.
    void close_open_attempts(core::wall_time at);

    /// Oldest first. Throws `core::store_failed` when a row cannot be understood.
    [[nodiscard]] std::vector<ports::unfinished_message> unfinished();
    [[nodiscard]] std::optional<ports::recorded_message> find(const core::uuid& id);
    [[nodiscard]] std::vector<ports::acted_target> acted_on();

    /// What concerns no message.
    [[nodiscard]] guard_record& guards() noexcept { return guards_; }

private:
    std::int64_t sequence_of(const core::message& m);

    sqlite_database& database_;
    guard_record guards_;
    statement insert_message_;
    statement find_message_;
    statement find_fact_;
    statement start_message_;
    statement start_attempt_;
    statement interrupt_attempts_;
    statement interrupt_all_attempts_;
    statement end_attempt_;
    statement list_recoveries_;
    statement settle_message_;
    statement put_back_message_;
    statement put_back_attempt_;
    statement list_unfinished_;
    statement list_acted_on_;
    statement insert_skip_;
    statement find_plan_;
    statement put_plan_;
    statement read_message_;
};

}  // namespace mayhem::stores
