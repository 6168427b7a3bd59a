#include "cli/fleet_record.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "fleet/sql/migrations.hpp"
#include "fleet/sql_values.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/rules/usual_recovery.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using value = std::optional<std::string>;

constexpr std::size_t rows_at_once = 5'000;

// What a host has told of an attempt; and of an act that it had leave for, and told nothing of that it did, what the
// database knows.
constexpr const char* attempts_sql = R"sql(
SELECT x.message, x.attempt, x.host, x.group_name, x.target, x.incarnation, {planned_at}, {started_at}, {ended_at},
       x.verdict, x.refused_by, {recovery}, x.error
FROM (SELECT o.message, o.attempt, o.host, o.group_name, o.target, a.incarnation, o.planned_at, o.started_at, o.ended_at,
             o.verdict, o.refused_by, o.recovery, coalesce(o.error, '') AS error
      FROM mayhem.outcomes AS o LEFT JOIN mayhem.acts AS a ON a.message = o.message
      UNION ALL
      SELECT a.message, 1 + (SELECT count(*) FROM mayhem.outcomes AS o WHERE o.message = a.message)::int, a.host,
             a.group_name, a.target, a.incarnation, a.planned_at, a.claimed_at,
             CASE WHEN a.verdict IS NOT NULL THEN a.settled_at END, a.verdict, NULL, NULL,
             CASE a.state WHEN 'claimed' THEN '' WHEN 'lost' THEN 'its host vanished after it had got leave'
                          ELSE 'its host could tell no more of it' END
      FROM mayhem.acts AS a
      WHERE a.claimed_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM mayhem.outcomes AS o
                          WHERE o.message = a.message AND (o.refused_by IS NULL OR NOT a.counts))) AS x
WHERE ($2::bigint IS NULL OR x.started_at >= {since}) AND ($3::text IS NULL OR x.group_name = $3)
    AND ($4::text IS NULL OR x.target = $4) AND ($5::text IS NULL OR x.host = $5)
    AND ($6::text IS NULL OR x.verdict = $6) AND ($7::uuid IS NULL OR x.message = $7)
    AND ($8::bigint IS NULL OR x.started_at < {before})
ORDER BY x.started_at DESC, x.message DESC, x.attempt DESC LIMIT $1::bigint)sql";

// A moment at which nobody was let act is no host's; one that was granted to a host which never came is.
constexpr const char* skips_sql = R"sql(
SELECT {at}, x.group_name, {planned_at}, x.reason, x.target, x.host, x.decided_by, x.counts
FROM (SELECT m.decided_at AS at, m.group_name, m.planned_at, m.reason, NULL::text AS target, NULL::text AS host, m.decided_by,
             m.counts
      FROM mayhem.moments AS m WHERE m.what <> 'granted'
      UNION ALL
      SELECT a.settled_at, a.group_name, a.planned_at, 'no_permit', a.target, a.host, NULL, NULL
      FROM mayhem.acts AS a
      WHERE a.state = 'revoked' AND NOT EXISTS (SELECT FROM mayhem.outcomes AS o WHERE o.message = a.message)) AS x
WHERE ($2::bigint IS NULL OR x.planned_at >= {since}) AND ($3::text IS NULL OR x.group_name = $3)
    AND ($4::text IS NULL OR x.target = $4) AND ($5::text IS NULL OR x.host = $5)
ORDER BY x.planned_at DESC, x.group_name DESC LIMIT $1::bigint)sql";

constexpr const char* readable_sql = R"sql(
SELECT (SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'mayhem'),
       (SELECT count(*) FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'mayhem' AND c.relkind = 'r' AND has_schema_privilege(n.oid, 'USAGE')
            AND c.relname IN ('meta', 'outcomes', 'acts', 'moments', 'hosts', 'groups', 'answers', 'halts', 'breakers', 'journal')
            AND has_table_privilege(c.oid, 'SELECT')),
       quote_ident(session_user))sql";

constexpr std::uint64_t tables_read = 10;

template <typename Value>
std::optional<Value> named(const value& text, std::optional<Value> (*parse)(std::string_view) noexcept) {
    return text ? parse(*text) : std::nullopt;
}

std::optional<core::duration> length_or_null(fleet::row_reader& row) {
    const std::optional<std::uint64_t> length = row.count_or_null();
    return length ? std::optional(core::duration(static_cast<std::int64_t>(*length))) : std::nullopt;
}

std::optional<core::wall_time> moment_or_null(fleet::row_reader& row) {
    const std::optional<core::duration> since_epoch = length_or_null(row);
    return since_epoch ? std::optional(core::wall_time(*since_epoch)) : std::nullopt;
}

stores::history_row attempt_of(const fleet_talk::row& values) {
    fleet::row_reader row(values);
    stores::history_row r;
    r.message = row.id();
    r.attempt = static_cast<int>(row.count());
    r.host = row.text();
    r.group = row.text();
    r.target = row.text();
    r.name = r.target;
    r.incarnation_before = row.text_or_null().value_or("");
    r.planned_at = row.moment();
    r.started_at = row.moment();
    r.ended_at = moment_or_null(row);
    r.verdict = named(row.text_or_null(), &core::parse_verdict);
    r.refused_by = named(row.text_or_null(), &core::parse_guard);
    r.recovery = length_or_null(row);
    r.error = row.text();
    return r;
}

/// "decided by web07: 4 stand, 1 under way, 2 today"
std::string told_by(const value& host, const value& counts) {
    if (!host) {
        return "it never came for its leave";
    }
    std::string text = "decided by " + *host;
    const json counted = core::parse_json<json>(counts.value_or("{}"));
    if (counted.is_object() && counted.contains("healthy")) {
        text += fmt::format(": {} stand, {} under way, {} today", counted.value("healthy", 0),
                            counted.value("under_way", 0), counted.value("today", 0));
    }
    return text;
}

stores::skip_row skip_of(const fleet_talk::row& values) {
    fleet::row_reader row(values);
    stores::skip_row s;
    s.at = row.moment();
    s.group = row.text();
    s.planned_at = row.moment();
    s.reason = named(row.text_or_null(), &core::parse_guard);
    s.target = row.text_or_null().value_or("");
    s.host = row.text_or_null().value_or("");
    const value by = row.text_or_null();
    s.detail = told_by(by, row.text_or_null());
    return s;
}

value microseconds_or_null(const std::optional<core::wall_time>& t) {
    return t ? value(fleet::microseconds_text(*t)) : value();
}

std::string attempts_query() {
    const auto whole = [](const char* column) { return fleet::in_microseconds(std::string("x.") + column); };
    return fmt::format(attempts_sql, fmt::arg("planned_at", whole("planned_at")),
                       fmt::arg("started_at", whole("started_at")), fmt::arg("ended_at", whole("ended_at")),
                       fmt::arg("recovery", whole("recovery")), fmt::arg("since", fleet::moment_of("$2")),
                       fmt::arg("before", fleet::moment_of("$8")));
}

std::string skips_query() {
    return fmt::format(skips_sql, fmt::arg("at", fleet::in_microseconds("x.at")),
                       fmt::arg("planned_at", fleet::in_microseconds("x.planned_at")),
                       fmt::arg("since", fleet::moment_of("$2")));
}

/// The newest first, some thousands at a time: no answer is larger, and none takes long.
async::awaitable<std::vector<fleet_talk::row>> fetch(fleet_talk& talk) {
    return talk.ask(fmt::format("FETCH {} FROM found", rows_at_once));
}

async::awaitable<void> read_attempts(fleet_talk& talk, const stores::history_filter& f, stores::history& found) {
    const async::frame here;
    const std::size_t limit = std::min(f.limit, stores::history_filter::limit_max);
    const std::optional<core::wall_time> since =
        f.since && f.with_past ? std::optional(*f.since - core::past_reaches_back) : f.since;
    const value verdict = f.verdict ? value(std::string(core::to_string(*f.verdict))) : value();
    const value message = f.message ? value(f.message->to_string()) : value();
    (void)co_await talk.ask("DECLARE found NO SCROLL CURSOR FOR " + attempts_query(),
                            {std::to_string(limit + 1), microseconds_or_null(since), f.group, f.target, f.host, verdict,
                             message, microseconds_or_null(f.before)});
    for (std::size_t count = 0;;) {
        const std::vector<fleet_talk::row> rows = co_await fetch(talk);
        for (const fleet_talk::row& values : rows) {
            stores::history_row row = attempt_of(values);
            const bool is_past = f.since && row.started_at < *f.since;
            (is_past ? found.past : found.attempts).push_back(std::move(row));
        }
        count += rows.size();
        if (f.on_progress) {
            f.on_progress(count);
        }
        if (rows.size() < rows_at_once) {
            break;
        }
    }
    (void)co_await talk.ask("CLOSE found");
    if (found.attempts.size() > limit) {
        found.attempts.pop_back();
        found.is_cut = true;
    }
    std::ranges::reverse(found.attempts);
    std::ranges::reverse(found.past);
    std::int64_t sequence = 0;  // in the order of their beginnings, since hosts count each for itself
    for (std::vector<stores::history_row>* const rows : {&found.past, &found.attempts}) {
        for (stores::history_row& row : *rows) {
            row.sequence = ++sequence;
        }
    }
}

async::awaitable<void> read_skips(fleet_talk& talk, const stores::history_filter& f, stores::history& found) {
    const async::frame here;
    const std::size_t limit = std::min(f.limit, stores::history_filter::limit_max);
    (void)co_await talk.ask("DECLARE found NO SCROLL CURSOR FOR " + skips_query(),
                            {std::to_string(limit + 1), microseconds_or_null(f.since), f.group, f.target, f.host});
    for (;;) {
        const std::vector<fleet_talk::row> rows = co_await fetch(talk);
        for (const fleet_talk::row& values : rows) {
            found.skips.push_back(skip_of(values));
        }
        if (rows.size() < rows_at_once) {
            break;
        }
    }
    (void)co_await talk.ask("CLOSE found");
    if (found.skips.size() > limit) {
        found.skips.pop_back();
        found.is_cut = true;
    }
    std::ranges::reverse(found.skips);
}

async::awaitable<fleet_answer> read_all(fleet_talk& talk, const stores::history_filter& f, stores::history& found) {
    const async::frame here;
    co_await check_readable(talk);
    (void)co_await talk.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    found.is_of_fleet = true;
    try {
        co_await read_attempts(talk, f, found);
        if (!f.verdict && !f.message && !f.before) {
            co_await read_skips(talk, f, found);
        }
    } catch (const fleet::unreadable_answer& e) {
        throw fleet_trouble(app::exit_status::store, std::string("the fleet's record cannot be read: ") + e.what());
    }
    (void)co_await talk.ask("COMMIT");
    co_return fleet_answer{};
}

}  // namespace

async::awaitable<void> check_readable(fleet_talk& talk) {
    const async::frame here;
    const std::vector<fleet_talk::row> rights = co_await talk.ask(readable_sql);
    fleet::row_reader has(rights.front());
    if (has.count() == 0) {
        throw fleet_trouble(app::exit_status::store, fleet::describe(fleet::schema_standing::absent, 0));
    }
    if (has.count() < tables_read) {
        throw fleet_trouble(app::exit_status::store,
                            fmt::format("role {0} may not read the fleet's record: \"GRANT mayhem_reader TO {0}\" lets "
                                        "it, or name another one with --user",
                                        has.text()));
    }
    const std::vector<fleet_talk::row> versions =
        co_await talk.ask("SELECT key, value FROM mayhem.meta WHERE key IN ('schema_version', 'reads_from')");
    int there = 0;
    int reads_from = 0;
    for (const fleet_talk::row& row : versions) {
        (row[0] == "reads_from" ? reads_from : there) = std::stoi(row[1].value_or("0"));
    }
    const fleet::schema_standing standing = fleet::standing_of(there, reads_from);
    if (standing != fleet::schema_standing::current && standing != fleet::schema_standing::newer) {
        throw fleet_trouble(app::exit_status::store, fleet::describe(standing, there));
    }
}

stores::history read_fleet_history(const fleet::link_settings& s, const stores::history_filter& filter) {
    stores::history found;
    (void)talk_to_fleet(s, [&](fleet_talk& talk) { return read_all(talk, filter, found); }, fleet_purpose::reads);
    return found;
}

}  // namespace mayhem::cli
