#include "stores/sqlite/guard_record.hpp"

#include <fmt/format.h>

#include "stores/sqlite/verdict_list.hpp"

namespace mayhem::stores {

namespace {

constexpr const char* find_list = R"sql(
SELECT seq FROM (SELECT seq, targets FROM draw_lists WHERE group_name = ?1 ORDER BY seq DESC LIMIT 1)
WHERE targets = ?2)sql";

constexpr const char* insert_list =
    "INSERT INTO draw_lists (group_name, targets, members) VALUES (?, ?, ?) RETURNING seq";

constexpr const char* insert_draw = R"sql(
INSERT INTO draws (message, group_name, round, target, drawn_from) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (message) DO NOTHING)sql";

// A restart is on record as a claim, as an attempt that may have acted, or as both. From ?2 on, without ?4 to ?5.
// CROSS: begins with the attempts of that time, where SQLite would begin with all messages that the group ever had.
constexpr const char* count_restarts = R"sql(
SELECT count(*) FROM (
    SELECT message FROM claims
    WHERE group_name = ?1 AND claimed_at >= ?2 AND NOT (claimed_at >= ?4 AND claimed_at < ?5)
    UNION
    SELECT a.message FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
    WHERE a.started_at >= ?2 AND NOT (a.started_at >= ?4 AND a.started_at < ?5) AND m.group_name = ?1
        AND a.verdict IN {})
WHERE message IS NOT (SELECT seq FROM messages WHERE id = ?3))sql";

constexpr const char* count_under_way = R"sql(
SELECT coalesce(sum(1 + falling), 0) FROM claims
WHERE group_name = ?1 AND ended_at IS NULL AND message IS NOT (SELECT seq FROM messages WHERE id = ?2))sql";

// Of the newest messages that were acted on: an older one can hardly have been acted on later than all of them, and a
// target that is restarted every few minutes has tens of thousands.
constexpr const char* find_last = R"sql(
SELECT max(last) FROM (
    SELECT last FROM (
        SELECT m.seq, max(coalesce(
            (SELECT max(claimed_at) FROM claims AS c WHERE c.message = m.seq), 0), coalesce(
            (SELECT max(started_at) FROM attempts AS a WHERE a.message = m.seq AND a.verdict IN {}), 0)) AS last
        FROM messages AS m WHERE m.group_name = ?1 AND m.target = ?2 AND m.id IS NOT ?3)
    WHERE last > 0 ORDER BY seq DESC LIMIT 16))sql";

constexpr const char* list_last = R"sql(
SELECT target, max(at) FROM (
    SELECT target, claimed_at AS at FROM claims WHERE group_name = ?1 AND claimed_at >= ?2
    UNION ALL
    SELECT m.target, a.started_at FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
    WHERE a.started_at >= ?2 AND m.group_name = ?1
        AND a.verdict IN {})
GROUP BY target)sql";

constexpr const char* find_round = "SELECT round FROM draws WHERE group_name = ? ORDER BY round DESC LIMIT 1";

constexpr const char* list_turns = "SELECT target FROM draws WHERE group_name = ? AND round = ? ORDER BY message";

constexpr const char* insert_size = R"sql(
INSERT INTO group_sizes (group_name, day, members) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET members = max(members, excluded.members))sql";

// More than are counted: the clock may have been set.
constexpr const char* list_sizes =
    "SELECT day, members FROM group_sizes WHERE group_name = ? ORDER BY day DESC LIMIT 32";

constexpr const char* list_verdicts = R"sql(
SELECT a.verdict FROM attempts AS a JOIN messages AS m ON m.seq = a.message
WHERE m.group_name = ?1 AND a.verdict IN {}
    AND a.ended_at > coalesce((SELECT max(closed_at) FROM breakers WHERE group_name = ?1), 0)
ORDER BY a.started_at DESC LIMIT 1000)sql";

constexpr const char* find_breaker =
    "SELECT opened_at, reason FROM breakers WHERE group_name = ? AND closed_at IS NULL";

constexpr const char* insert_claim = R"sql(
INSERT INTO claims (message, group_name, target, attempt, claimed_at, falling) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (message) DO UPDATE SET attempt = excluded.attempt, claimed_at = excluded.claimed_at, ended_at = NULL,
                                    falling = excluded.falling)sql";

constexpr const char* release_claim = "DELETE FROM claims WHERE message = ? AND attempt = ?";

constexpr const char* end_claim = "UPDATE claims SET ended_at = ?2 WHERE message = ?1 AND ended_at IS NULL";

constexpr const char* insert_breaker = R"sql(
INSERT INTO breakers (group_name, opened_at, reason, message) VALUES (?, ?, ?, ?)
ON CONFLICT DO NOTHING)sql";

constexpr const char* shut_breaker =
    "UPDATE breakers SET closed_at = ?2 WHERE group_name = ?1 AND closed_at IS NULL RETURNING seq";

std::string those_that_may_have_acted() { return verdict_list(&core::may_have_acted); }

}  // namespace

guard_record::guard_record(SQLite::Database& connection)
    : find_list_(connection, find_list),
      insert_list_(connection, insert_list),
      insert_draw_(connection, insert_draw),
      count_restarts_(connection, fmt::format(count_restarts, those_that_may_have_acted())),
      count_under_way_(connection, count_under_way),
      find_last_(connection, fmt::format(find_last, those_that_may_have_acted())),
      list_last_(connection, fmt::format(list_last, those_that_may_have_acted())),
      find_round_(connection, find_round),
      list_turns_(connection, list_turns),
      insert_size_(connection, insert_size),
      list_sizes_(connection, list_sizes),
      list_verdicts_(connection, fmt::format(list_verdicts, verdict_list(&core::belongs_to_the_row))),
      find_breaker_(connection, find_breaker),
      insert_claim_(connection, insert_claim),
      release_claim_(connection, release_claim),
      end_claim_(connection, end_claim),
      insert_breaker_(connection, insert_breaker),
      close_breaker_(connection, shut_breaker) {}

void guard_record::note_draw(std::int64_t message, const core::message& m, std::uint64_t round, std::size_t members,
                             const std::string& targets) {
    std::optional<std::int64_t> list = find_list_.number(m.group, targets);
    if (!list) {
        list = insert_list_.number(m.group, targets, static_cast<std::int64_t>(members));
    }
    insert_draw_.run(message, m.group, static_cast<std::int64_t>(round), m.target.id, *list);
}

void guard_record::note_size(const std::string& group, const core::size_on_day& on) {
    insert_size_.run(group, static_cast<std::int64_t>(on.day.time_since_epoch().count()),
                     static_cast<std::int64_t>(on.members));
}

std::size_t guard_record::count_since(const ports::restarts_query& q, core::wall_time since,
                                      const core::limit_windows::stretch& gap) {
    return static_cast<std::size_t>(count_restarts_.number(q.group, since, q.except, gap.begin, gap.end).value_or(0));
}

ports::restarts_so_far guard_record::restarts(const ports::restarts_query& q) {
    ports::restarts_so_far found;
    found.today = count_since(q, q.windows.day, q.windows.day_gap);
    found.this_hour = count_since(q, q.windows.hour, q.windows.hour_gap);
    found.under_way = static_cast<std::size_t>(count_under_way_.number(q.group, q.except).value_or(0));
    const std::int64_t last = find_last_.number(q.group, q.target, q.except).value_or(0);
    if (last > 0) {
        found.last_restart = core::wall_time{core::duration{last}};
    }
    found.breaker = open_breaker(q.group);
    return found;
}

std::vector<ports::last_restart> guard_record::restarted_since(const std::string& group, core::wall_time since) {
    std::vector<ports::last_restart> found;
    list_last_.rows([&found](const statement& row) { found.push_back({.target = row.text(0), .at = row.time(1)}); },
                    group, since);
    return found;
}

ports::group_memory guard_record::recall(const std::string& group) {
    ports::group_memory memory;
    memory.group = group;
    memory.round = static_cast<std::uint64_t>(find_round_.number(group).value_or(1));
    list_turns_.rows([&memory](const statement& row) { memory.turns.push_back(row.text(0)); }, group,
                     static_cast<std::int64_t>(memory.round));
    list_sizes_.rows(
        [&memory](const statement& row) {
            memory.sizes.push_back({.day = std::chrono::sys_days{std::chrono::days{row.integer(0)}},
                                    .members = static_cast<std::size_t>(row.integer(1))});
        },
        group);
    bool has_recovered = false;
    list_verdicts_.rows(
        [&](const statement& row) {
            has_recovered = has_recovered || row.text(0) == core::to_string(core::verdict::recovered);
            memory.failures_in_a_row += has_recovered ? 0 : 1;
        },
        group);
    memory.breaker = open_breaker(group);
    return memory;
}

std::optional<core::breaker> guard_record::open_breaker(const std::string& group) {
    std::optional<core::breaker> found;
    find_breaker_.rows(
        [&found](const statement& row) { found = core::breaker{.opened_at = row.time(0), .reason = row.text(1)}; },
        group);
    return found;
}

void guard_record::take_place(std::int64_t message, const core::message& m, int attempt, core::wall_time at,
                              std::size_t falling) {
    insert_claim_.run(message, m.group, m.target.id, attempt, at, static_cast<std::int64_t>(falling));
}

void guard_record::give_back_place(std::int64_t message, std::int64_t attempt) { release_claim_.run(message, attempt); }

void guard_record::note_end(std::int64_t message, const core::message& m, const core::outcome& o) {
    if (o.verdict == core::verdict::refused) {
        give_back_place(message, o.attempt);
    }
    end_claim_.run(message, o.ended_at);
    if (!o.opens_breaker.empty()) {
        insert_breaker_.run(m.group, o.ended_at, o.opens_breaker, message);
    }
}

bool guard_record::close_breaker(const std::string& group, core::wall_time at) {
    return close_breaker_.number(group, at).has_value();
}

}  // namespace mayhem::stores
