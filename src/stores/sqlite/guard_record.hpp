#pragma once

#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "mayhem/ports/restart_record.hpp"
#include "stores/sqlite/statement.hpp"

namespace mayhem::stores {

/// The tables of the guards: draws, sizes, claims and breakers. What `ledger` is to messages; begins no transaction,
/// one thread at a time, throws `SQLite::Exception`. The calls that only read also serve a connection that only reads.
/// Must be destroyed before the connection.
class guard_record {
public:
    explicit guard_record(SQLite::Database& connection);

    void note_draw(std::int64_t message, const core::message& m, std::uint64_t round, std::size_t members,
                   const std::string& targets);

    /// A list of that day showed so many; what is on record of it may be more, and stays.
    void note_size(const std::string& group, const core::size_on_day& on);

    [[nodiscard]] ports::restarts_so_far restarts(const ports::restarts_query& q);
    [[nodiscard]] std::vector<ports::last_restart> restarted_since(const std::string& group, core::wall_time since);
    [[nodiscard]] ports::group_memory recall(const std::string& group);

    /// `falling`: so many members go down with the target.
    void take_place(std::int64_t message, const core::message& m, int attempt, core::wall_time at, std::size_t falling);

    /// That attempt certainly did not act.
    void give_back_place(std::int64_t message, std::int64_t attempt);

    /// An attempt ended: its place is given back if it was refused, and kept otherwise. Opens the breaker if the
    /// outcome says so.
    void note_end(std::int64_t message, const core::message& m, const core::outcome& o);

    [[nodiscard]] bool close_breaker(const std::string& group, core::wall_time at);

private:
    [[nodiscard]] std::size_t count_since(const ports::restarts_query& q, core::wall_time since,
                                          const core::limit_windows::stretch& gap);
    [[nodiscard]] std::optional<core::breaker> open_breaker(const std::string& group);

    statement find_list_;
    statement insert_list_;
    statement insert_draw_;
    statement count_restarts_;
    statement count_under_way_;
    statement find_last_;
    statement list_last_;
    statement find_round_;
    statement list_turns_;
    statement insert_size_;
    statement list_sizes_;
    statement list_verdicts_;
    statement find_breaker_;
    statement insert_claim_;
    statement release_claim_;
    statement end_claim_;
    statement insert_breaker_;
    statement close_breaker_;
};

}  // namespace mayhem::stores
