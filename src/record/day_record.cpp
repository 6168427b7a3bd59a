#include "record/day_record.hpp"

#include <algorithm>
#include <array>

#include <SQLiteCpp/Transaction.h>

#include "record/stoppable.hpp"
#include "stores/sqlite/reach_text.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {

namespace {

constexpr std::array<std::string_view, act_kinds> kinds{"recovered", "not_recovered", "not_tolerated", "aborted",
                                                        "no_effect", "fault_stuck",   "failed",        "refused",
                                                        "unwatched", "under_way"};

// CROSS: begins with the attempts of that time, where SQLite might begin with all messages.
constexpr const char* count_day = R"sql(
SELECT m.group_name, (a.started_at - ?1) / ?3, a.verdict, count(*)
FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
WHERE a.started_at >= ?1 AND a.started_at < ?2 AND (?4 IS NULL OR m.group_name = ?4)
GROUP BY 1, 2, 3)sql";

constexpr std::string_view columns =
    "SELECT m.id, m.group_name, m.target, m.name, m.state, m.planned_at, a.number, a.started_at, a.ended_at, "
    "a.verdict, a.refused_by, a.recovery_us, a.error, a.pace, a.usual_us, a.act, a.reach, m.seq, "
    "m.action, m.parameters ";

constexpr std::string_view of_day = R"sql(
FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
WHERE a.started_at >= ?1 AND a.started_at < ?2 AND (?4 IS NULL OR m.group_name = ?4)
ORDER BY a.started_at DESC, a.message DESC LIMIT ?3)sql";

constexpr std::string_view still_open = R"sql(
FROM messages AS m CROSS JOIN attempts AS a ON a.message = m.seq
WHERE m.settled_at IS NULL AND m.state = 'running' AND a.ended_at IS NULL
    AND (?2 IS NULL OR m.group_name = ?2)
ORDER BY m.seq LIMIT ?1)sql";

constexpr std::string_view with_a_reach = R"sql(
FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
WHERE a.started_at >= ?1 AND a.started_at < ?2 AND a.ended_at IS NOT NULL AND a.reach LIKE '%fallen%'
    AND (?3 IS NULL OR m.group_name = ?3)
ORDER BY a.started_at DESC LIMIT 1)sql";

constexpr const char* skips_of_day = R"sql(
SELECT at, group_name, planned_at, moments, reason, target, detail FROM skips
WHERE planned_at >= ?1 AND planned_at < ?2 AND (?4 IS NULL OR group_name = ?4)
ORDER BY planned_at DESC, seq DESC LIMIT ?3)sql";

template <typename Value>
std::optional<Value> value_at(const statement& row, int column,
                              std::optional<Value> (*parse)(std::string_view) noexcept) {
    return row.is_null(column) ? std::nullopt : parse(row.text(column));
}

history_row read_row(const statement& row) {
    history_row r;
    r.message = core::uuid::parse(row.text(0)).value_or(core::uuid{});
    r.group = row.text(1);
    r.target = row.text(2);
    r.name = row.text(3);
    r.message_state = row.text(4);
    r.planned_at = row.time(5);
    r.attempt = static_cast<int>(row.integer(6));
    r.started_at = row.time(7);
    r.ended_at = row.optional_time(8);
    r.verdict = value_at(row, 9, &core::parse_verdict);
    r.refused_by = value_at(row, 10, &core::parse_guard);
    r.recovery = row.optional_duration(11);
    r.error = row.text(12);
    r.pace = value_at(row, 13, &core::parse_pace);
    r.usual = row.optional_duration(14);
    r.act = row.text(15);
    r.reach = parse_reach(row.text(16));
    r.sequence = row.integer(17);
    r.what = {.name = row.text(18), .with = row.text(19)};
    return r;
}

}  // namespace

std::string_view to_string(act_kind k) noexcept { return kinds[static_cast<std::size_t>(k)]; }

act_kind kind_of(const std::optional<core::verdict>& v) noexcept {
    if (!v) {
        return act_kind::under_way;
    }
    switch (*v) {
        case core::verdict::recovered: return act_kind::recovered;
        case core::verdict::not_recovered:
        case core::verdict::unstable: return act_kind::not_recovered;
        case core::verdict::not_tolerated: return act_kind::not_tolerated;
        case core::verdict::aborted: return act_kind::aborted;
        case core::verdict::no_effect: return act_kind::no_effect;
        case core::verdict::fault_stuck: return act_kind::fault_stuck;
        case core::verdict::refused: return act_kind::refused;
        case core::verdict::not_ended:
        case core::verdict::restart_failed:
        case core::verdict::lease_lost:
        case core::verdict::stopped: return act_kind::failed;
        case core::verdict::taken_over:
        case core::verdict::unwatched:
        case core::verdict::save_failed:
        case core::verdict::cancelled: break;
    }
    return act_kind::unwatched;
}

day_record read_day(const std::filesystem::path& path, const day_question& q, std::stop_token stop) try {
    sqlite_database database = sqlite_database::open_read_only(path);
    stop_when_asked(database, stop);
    const SQLite::Transaction one_moment(database.connection());
    const auto limit = static_cast<std::int64_t>(q.attempts_max);
    day_record day;
    statement(database.connection(), count_day)
        .rows(
            [&day](const statement& row) {
                day.counts.push_back({.group = row.text(0),
                                      .bin = static_cast<std::size_t>(row.integer(1)),
                                      .kind = kind_of(value_at(row, 2, &core::parse_verdict)),
                                      .count = static_cast<std::size_t>(row.integer(3))});
            },
            q.from, q.to, day_bin, q.group);
    const auto select = [&database](std::string_view rows) {
        return statement(database.connection(), std::string(columns).append(rows));
    };
    select(of_day).rows([&day](const statement& row) { day.attempts.push_back(read_row(row)); }, q.from, q.to, limit,
                        q.group);
    std::ranges::reverse(day.attempts);
    select(still_open).rows([&day](const statement& row) { day.open.push_back(read_row(row)); }, limit, q.group);
    select(with_a_reach).rows([&day](const statement& row) { day.with_reach = read_row(row); }, q.from, q.to, q.group);
    statement(database.connection(), skips_of_day)
        .rows(
            [&day](const statement& row) {
                day.skips.push_back({.at = row.time(0),
                                     .group = row.text(1),
                                     .planned_at = row.time(2),
                                     .moments = row.integer(3),
                                     .reason = value_at(row, 4, &core::parse_guard),
                                     .target = row.text(5),
                                     .detail = row.text(6)});
            },
            q.from, q.to, limit, q.group);
    std::ranges::reverse(day.skips);
    return day;
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot read from the database", path);
}

}  // namespace mayhem::stores
