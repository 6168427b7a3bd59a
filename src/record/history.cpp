#include "record/history.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <SQLiteCpp/Transaction.h>

#include "record/stoppable.hpp"
#include "stores/sqlite/reach_text.hpp"
#include "stores/sqlite/span_text.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
namespace {

constexpr std::string_view cannot_read = "cannot read from the database";

struct condition {
    bool applies;
    std::string_view sql;
    std::string_view otherwise;
};

// What does not apply is left out, so that SQLite can choose its way by what does; its parameter stays, bound to NULL.
std::string where(std::initializer_list<condition> conditions) {
    std::string clause;
    for (const condition& c : conditions) {
        clause.append(clause.empty() ? " WHERE " : " AND ").append(c.applies ? c.sql : c.otherwise);
    }
    return clause;
}

std::string attempts_query(const history_filter& f) {
    return "SELECT m.id, m.group_name, m.target, m.name, m.incarnation, a.incarnation_after, m.state, m.planned_at, "
           "a.number, a.started_at, a.ended_at, a.verdict, a.disposition, a.refused_by, a.recovery_us, a.error, "
           "a.reach, m.seq, a.act, coalesce(a.not_before_us, 0), a.pace, a.usual_us, "
           "a.stopped_us, a.started_us, a.span, m.action, m.parameters "
           "FROM attempts AS a JOIN messages AS m ON m.seq = a.message" +
           where({{f.since.has_value(), "a.started_at >= ?2", "?2 IS NULL"},
                  {f.group.has_value(), "m.group_name = ?3", "?3 IS NULL"},
                  {f.target.has_value(), "(m.target = ?4 OR m.name = ?4)", "?4 IS NULL"},
                  {f.verdict.has_value(), "a.verdict = ?5", "?5 IS NULL"},
                  {f.message.has_value(), "m.id = ?6", "?6 IS NULL"},
                  {f.before.has_value(), "a.started_at < ?7", "?7 IS NULL"}}) +
           " ORDER BY a.started_at DESC, a.message DESC, a.number DESC LIMIT ?1";
}

std::string counts_query(const history_filter& f) {
    return "SELECT state, count(*), sum(EXISTS (SELECT 1 FROM attempts AS a WHERE a.message = m.seq "
           "AND a.refused_by = 'expired' AND a.disposition = 'acked')) FROM messages AS m" +
           where({{f.since.has_value(), "m.planned_at >= ?1", "?1 IS NULL"},
                  {f.group.has_value(), "m.group_name = ?2", "?2 IS NULL"},
                  {f.target.has_value(), "(m.target = ?3 OR m.name = ?3)", "?3 IS NULL"}}) +
           " GROUP BY state";
}

// A name that this program does not know is treated as absent.
template <typename Value>
std::optional<Value> parsed(const statement& row, int column,
                            std::optional<Value> (*parse)(std::string_view) noexcept) {
    return row.is_null(column) ? std::nullopt : parse(row.text(column));
}

history_row read_attempt(const statement& row) {
    return {.message = core::uuid::parse(row.text(0)).value_or(core::uuid{}),
            .group = row.text(1),
            .target = row.text(2),
            .name = row.text(3),
            .incarnation_before = row.text(4),
            .incarnation_after = row.text(5),
            .message_state = row.text(6),
            .planned_at = row.time(7),
            .attempt = static_cast<int>(row.integer(8)),
            .started_at = row.time(9),
            .ended_at = row.optional_time(10),
            .verdict = parsed(row, 11, &core::parse_verdict),
            .disposition = parsed(row, 12, &core::parse_disposition),
            .refused_by = parsed(row, 13, &core::parse_guard),
            .recovery = row.optional_duration(14),
            .error = row.text(15),
            .reach = parse_reach(row.text(16)),
            .sequence = row.integer(17),
            .act = row.text(18),
            .not_before = core::duration{row.integer(19)},
            .pace = parsed(row, 20, &core::parse_pace),
            .usual = row.optional_duration(21),
            .stages = {.stopped = row.optional_duration(22), .started = row.optional_duration(23)},
            .span = parse_span(row.text(24)),
            .what = {.name = row.text(25), .with = row.text(26)}};
}

void read_attempts(sqlite_database& database, const history_filter& filter, history& found) {
    const std::size_t limit = std::min(filter.limit, history_filter::limit_max);
    const std::optional<std::string_view> verdict =
        filter.verdict ? std::optional(core::to_string(*filter.verdict)) : std::nullopt;
    const std::optional<core::wall_time> since =
        filter.since && filter.with_past ? std::optional(*filter.since - core::past_reaches_back) : filter.since;
    statement query(database.connection(), attempts_query(filter));
    constexpr std::size_t told_every = 10'000;
    std::size_t count = 0;
    const auto add = [&](const statement& row) {
        if (++count % told_every == 0 && filter.on_progress) {
            filter.on_progress(count);
        }
        history_row attempt = read_attempt(row);
        const bool is_past = filter.since && attempt.started_at < *filter.since;
        (is_past ? found.past : found.attempts).push_back(std::move(attempt));
    };
    query.rows(add, static_cast<std::int64_t>(limit) + 1, since, filter.group, filter.target, verdict, filter.message,
               filter.before);
    if (found.attempts.size() > limit) {
        found.attempts.pop_back();
        found.is_cut = true;
    }
    std::reverse(found.attempts.begin(), found.attempts.end());
    std::reverse(found.past.begin(), found.past.end());
}

std::string skips_query(const history_filter& f) {
    return "SELECT at, group_name, planned_at, moments, reason, target, detail FROM skips" +
           where({{f.since.has_value(), "planned_at >= ?2", "?2 IS NULL"},
                  {f.group.has_value(), "group_name = ?3", "?3 IS NULL"},
                  {f.target.has_value(), "target = ?4", "?4 IS NULL"}}) +
           " ORDER BY planned_at DESC, seq DESC LIMIT ?1";
}

void read_skips(sqlite_database& database, const history_filter& filter, history& found) {
    const std::size_t limit = std::min(filter.limit, history_filter::limit_max);
    const auto add = [&found](const statement& row) {
        found.skips.push_back({.at = row.time(0),
                               .group = row.text(1),
                               .planned_at = row.time(2),
                               .moments = row.integer(3),
                               .reason = parsed(row, 4, &core::parse_guard),
                               .target = row.text(5),
                               .detail = row.text(6)});
    };
    statement query(database.connection(), skips_query(filter));
    query.rows(add, static_cast<std::int64_t>(limit) + 1, filter.since, filter.group, filter.target);
    if (found.skips.size() > limit) {
        found.skips.pop_back();
        found.is_cut = true;
    }
    std::reverse(found.skips.begin(), found.skips.end());
}

void read_counts(sqlite_database& database, const history_filter& filter, message_counts& counts) {
    const auto add = [&counts](const statement& row) {
        const std::string state = row.text(0);
        const auto count = static_cast<std::size_t>(row.integer(1));
        if (state == "journalled") {
            counts.journalled = count;
        } else if (state == "running") {
            counts.running = count;
        } else if (state == "nacked") {
            counts.nacked = count;
        } else if (state == "acked") {
            counts.acked = count;
            counts.expired = static_cast<std::size_t>(row.integer(2));
        } else {
            counts.dead_lettered = count;
        }
    };
    statement query(database.connection(), counts_query(filter));
    query.rows(add, filter.since, filter.group, filter.target);
}

}  // namespace

history read_history(const std::filesystem::path& path, const history_filter& filter, std::stop_token stop) try {
    sqlite_database database = sqlite_database::open_read_only(path);
    stop_when_asked(database, stop);
    const SQLite::Transaction one_moment(database.connection());
    history found;
    read_attempts(database, filter, found);
    read_counts(database, filter, found.messages);
    if (!filter.verdict && !filter.message && !filter.before) {
        read_skips(database, filter, found);
    }
    return found;
} catch (const SQLite::Exception& e) {
    throw explain(e, cannot_read, path);
}

}  // namespace mayhem::stores
