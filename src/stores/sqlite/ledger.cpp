#include "stores/sqlite/ledger.hpp"

#include <utility>

#include <fmt/format.h>

#include "mayhem/core/rules/guards.hpp"
#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/reach_text.hpp"
#include "stores/sqlite/span_text.hpp"
#include "stores/sqlite/store_error.hpp"
#include "stores/sqlite/verdict_list.hpp"

namespace mayhem::stores {
namespace {

constexpr const char* insert_message = R"sql(
INSERT INTO messages (id, group_name, target, name, incarnation, planned_at, expires_at, state, action, parameters)
VALUES (?, ?, ?, ?, ?, ?, ?, 'journalled', nullif(?, ''), nullif(?, ''))
ON CONFLICT (id) DO NOTHING
RETURNING seq)sql";

constexpr const char* find_message = "SELECT seq FROM messages WHERE id = ?";

constexpr const char* start_message = R"sql(
UPDATE messages SET state = 'running', attempts = max(attempts, ?2), retry_at = NULL
WHERE seq = ?1 AND settled_at IS NULL)sql";

constexpr const char* start_attempt = R"sql(
INSERT INTO attempts (message, number, started_at, reach) VALUES (?, ?, ?, ?)
ON CONFLICT (message, number) DO UPDATE SET reach = excluded.reach WHERE reach IS NULL AND excluded.reach IS NOT NULL)sql";

constexpr const char* interrupt_attempts = R"sql(
UPDATE attempts SET ended_at = ?3, verdict = 'cancelled', disposition = 'nacked',
                    error = 'interrupted: the daemon ended, or lost its lease, in the middle of this attempt'
WHERE message = ?1 AND number < ?2 AND ended_at IS NULL)sql";

constexpr const char* interrupt_all_attempts = R"sql(
UPDATE attempts SET ended_at = max(started_at, ?1), verdict = 'cancelled', disposition = 'nacked',
                    error = 'interrupted: the daemon ended in the middle of this attempt'
WHERE ended_at IS NULL AND message IN (SELECT seq FROM messages WHERE settled_at IS NULL))sql";

constexpr const char* end_attempt = R"sql(
INSERT INTO attempts (message, number, started_at, ended_at, verdict, disposition, refused_by, recovery_us,
                      incarnation_after, error, reach, act, not_before_us, pace, usual_us,
                      stopped_us, started_us, span)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (message, number) DO UPDATE
SET ended_at = excluded.ended_at, verdict = excluded.verdict, disposition = excluded.disposition,
    refused_by = excluded.refused_by, recovery_us = excluded.recovery_us,
    incarnation_after = excluded.incarnation_after, error = excluded.error, reach = coalesce(excluded.reach, reach),
    act = excluded.act, not_before_us = excluded.not_before_us, pace = excluded.pace, usual_us = excluded.usual_us,
    stopped_us = excluded.stopped_us, started_us = excluded.started_us, span = excluded.span
WHERE ended_at IS NULL OR verdict IN ('cancelled', 'stopped'))sql";

// The inner limit bounds the walk over a target that is refused all the time, the outer one ends it.
constexpr const char* list_recoveries = R"sql(
SELECT recovery_us, coalesce(not_before_us, 0) FROM (
    SELECT a.verdict, a.act, a.started_at, a.recovery_us, a.not_before_us
    FROM messages AS m CROSS JOIN attempts AS a ON a.message = m.seq
    WHERE m.group_name = ?1 AND m.target = ?2 AND m.seq < (SELECT seq FROM messages WHERE id = ?3)
    ORDER BY m.seq DESC, a.number DESC LIMIT {})
WHERE verdict = 'recovered' AND coalesce(act, ?4) = ?4 AND started_at >= ?5 LIMIT {})sql";

constexpr const char* settle_message = R"sql(
UPDATE messages SET state = ?3, attempts = max(attempts, ?2), retry_at = ?4, settled_at = ?5
WHERE seq = ?1 AND settled_at IS NULL AND (?5 IS NOT NULL OR attempts <= ?2))sql";

constexpr const char* put_back_message = R"sql(
UPDATE messages SET state = 'nacked', note = ?2
WHERE id = ?1 AND settled_at IS NULL
RETURNING seq)sql";

constexpr const char* put_back_attempt = R"sql(
UPDATE attempts SET ended_at = ?2, verdict = 'stopped', disposition = 'nacked', error = ?3
WHERE message = ?1 AND ended_at IS NULL
RETURNING number)sql";

// Journalled or running, and not put back since: the act may come before the first word of the attempt.
constexpr const char* list_unfinished = R"sql(
SELECT id, group_name, target, name, incarnation, planned_at, expires_at, attempts, retry_at,
       state IN ('journalled', 'running') OR EXISTS (
           SELECT 1 FROM attempts WHERE attempts.message = messages.seq
               AND (attempts.verdict IS NULL OR attempts.verdict IN {})),
       action, parameters
FROM messages WHERE settled_at IS NULL ORDER BY seq)sql";

constexpr const char* read_message = R"sql(
SELECT group_name, target, name, incarnation, planned_at, expires_at, action, parameters,
       CASE WHEN settled_at IS NULL THEN NULL ELSE state END,
       coalesce((SELECT error FROM attempts WHERE attempts.message = messages.seq AND coalesce(error, '') <> ''
                 ORDER BY number DESC LIMIT 1), '')
FROM messages WHERE id = ?1)sql";

// Who is refused as acted on already is one of them as well: perhaps the act has no attempt on record.
constexpr const char* list_acted_on = R"sql(
SELECT group_name, target, name, incarnation,
       (SELECT reach FROM attempts WHERE attempts.message = messages.seq AND reach IS NOT NULL
        ORDER BY number DESC LIMIT 1)
FROM messages
WHERE seq > (SELECT coalesce(max(seq), 0) FROM messages) - 1000
    AND EXISTS (SELECT 1 FROM attempts WHERE attempts.message = messages.seq
                    AND (attempts.verdict IS NULL OR attempts.verdict IN {0}
                         OR attempts.refused_by = 'already_restarted'))
    AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.message = messages.seq AND attempts.verdict IN {1}))sql";

constexpr const char* insert_skip = R"sql(
INSERT INTO skips (at, group_name, planned_at, moments, reason, target, detail)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, '')
WHERE NOT EXISTS (SELECT 1 FROM messages WHERE group_name = ?2 AND planned_at = ?3)
ON CONFLICT (group_name, planned_at, reason) DO NOTHING)sql";

constexpr const char* find_plan = R"sql(
SELECT max(since, coalesce((SELECT max(planned_at) FROM messages WHERE group_name = ?1), since),
           coalesce((SELECT max(planned_at) FROM skips WHERE group_name = ?1), since))
FROM plans WHERE group_name = ?1 AND plan = ?2)sql";

constexpr const char* put_plan = R"sql(
INSERT INTO plans (group_name, plan, since) VALUES (?1, ?2, ?3)
ON CONFLICT (group_name) DO UPDATE SET plan = excluded.plan, since = excluded.since)sql";

template <typename Named>
std::optional<std::string_view> name_of(std::optional<Named> n) {
    return n ? std::optional(core::to_string(*n)) : std::nullopt;
}

}  // namespace

ledger::ledger(sqlite_database& database)
    : database_(database),
      guards_(database.connection()),
      insert_message_(database.connection(), insert_message),
      find_message_(database.connection(), find_message),
      find_fact_(database.connection(), find_fact),
      start_message_(database.connection(), start_message),
      start_attempt_(database.connection(), start_attempt),
      interrupt_attempts_(database.connection(), interrupt_attempts),
      interrupt_all_attempts_(database.connection(), interrupt_all_attempts),
      end_attempt_(database.connection(), end_attempt),
      list_recoveries_(database.connection(),
                       fmt::format(list_recoveries, core::past_attempts_max, core::past_recoveries_max)),
      settle_message_(database.connection(), settle_message),
      put_back_message_(database.connection(), put_back_message),
      put_back_attempt_(database.connection(), put_back_attempt),
      list_unfinished_(database.connection(), fmt::format(list_unfinished, verdict_list(&core::may_have_acted))),
      list_acted_on_(database.connection(), fmt::format(list_acted_on, verdict_list(&core::may_have_acted),
                                                        verdict_list(&core::is_seen_to_be_gone))),
      insert_skip_(database.connection(), insert_skip),
      find_plan_(database.connection(), find_plan),
      put_plan_(database.connection(), put_plan),
      read_message_(database.connection(), read_message) {}

bool ledger::enter(const core::message& m) {
    return insert_message_
        .number(m.id, m.group, m.target.id, m.target.name, m.target.incarnation, m.planned_at, m.expires_at, m.act.name,
                m.act.with)
        .has_value();
}

bool ledger::enter(const core::message& m, std::uint64_t round, std::size_t members, const std::string& targets) {
    const bool is_new = enter(m);
    if (is_new) {
        guards_.note_draw(sequence_of(m), m, round, members, targets);
    }
    return is_new;
}

std::optional<core::guard> ledger::claim(const core::message& m, int attempt, const ports::restarts_query& q,
                                         const core::guard_limits& limits, core::wall_time at,
                                         const std::vector<core::neighbour>& foretold) {
    const std::size_t falling = core::members_that_fall({.falls = foretold});
    const ports::restarts_so_far so_far = guards_.restarts(q);
    core::guard_facts facts{.now = at, .expires_at = m.expires_at, .limits = limits, .dry_run = false};
    facts.limits.min_age = {};  // asked before, of those who know
    facts.limits.min_rest = {};
    facts.restarting = so_far.under_way;
    facts.falling = falling;
    facts.restarts_today = so_far.today;
    facts.restarts_of_hour = so_far.this_hour;
    if (so_far.breaker) {
        facts.breaker = so_far.breaker->reason;
    }
    const std::optional<core::guard> refused_by = core::refuse(facts);
    if (!refused_by) {
        guards_.take_place(sequence_of(m), m, attempt, at, falling);
        save(m, attempt, at, foretold);
    }
    return refused_by;
}

void ledger::save(const core::message& m, int attempt, core::wall_time at,
                  const std::vector<core::neighbour>& foretold) {
    const std::int64_t sequence = sequence_of(m);
    start_message_.run(sequence, attempt);
    if (attempt > 1) {
        interrupt_attempts_.run(sequence, attempt, at);
    }
    start_attempt_.run(sequence, attempt, at, foretold.empty() ? std::nullopt : std::optional(reach_text(foretold)));
}

void ledger::record(const core::message& m, const core::outcome& o) {
    const std::int64_t sequence = sequence_of(m);
    const bool settled = o.disposition != core::disposition::nacked;
    const std::optional<core::wall_time> settled_at = settled ? std::optional(o.ended_at) : std::nullopt;
    const std::optional<core::wall_time> retry_at = settled ? std::nullopt : o.retry_at;
    const std::string_view disposition = core::to_string(o.disposition);
    if (o.attempt > 1) {
        interrupt_attempts_.run(sequence, o.attempt, o.ended_at);
    }
    end_attempt_.run(
        sequence, o.attempt, o.started_at, o.ended_at, core::to_string(o.verdict), disposition, name_of(o.refused_by),
        o.recovery, o.incarnation_after, o.error, o.fates.empty() ? std::nullopt : std::optional(reach_text(o.fates)),
        o.act.empty() ? std::nullopt : std::optional(o.act), o.act.empty() ? std::nullopt : std::optional(o.not_before),
        name_of(o.pace), o.usual == core::duration{} ? std::nullopt : std::optional(o.usual), o.stages.stopped,
        o.stages.started, o.span == nullptr ? std::nullopt : std::optional(span_text(*o.span)));
    settle_message_.run(sequence, o.attempt, disposition, retry_at, settled_at);
    guards_.note_end(sequence, m, o);
}

std::vector<core::seen_recovery> ledger::past_recoveries(const core::uuid& message, const std::string& group,
                                                         const std::string& target, const std::string& act,
                                                         core::wall_time since) {
    std::vector<core::seen_recovery> found;
    list_recoveries_.rows(
        [&found](const statement& row) {
            found.push_back({.back = core::duration{row.integer(0)}, .not_before = core::duration{row.integer(1)}});
        },
        group, target, message, act, since);
    return found;
}

void ledger::nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) {
    for (const core::uuid& id : ids) {
        if (const std::optional<std::int64_t> sequence = put_back_message_.number(id, why)) {
            if (const std::optional<std::int64_t> attempt = put_back_attempt_.number(*sequence, at, why)) {
                guards_.give_back_place(*sequence, *attempt);
            }
        }
    }
}

void ledger::skip(const std::vector<core::skip>& skips) {
    for (const core::skip& s : skips) {
        insert_skip_.run(s.at, s.group, s.planned_at, s.moments, core::to_string(s.reason), s.target, s.detail);
    }
}

std::optional<core::wall_time> ledger::follow_plan(const std::string& group, const std::string& plan,
                                                   core::wall_time now) {
    const std::optional<std::int64_t> until = find_plan_.number(group, plan);
    const std::optional<core::wall_time> before =
        until ? std::optional(core::wall_time{core::duration{*until}}) : std::nullopt;
    put_plan_.run(group, plan, before.value_or(now));  // what was missed between the two is not on record yet
    return before;
}

void ledger::close_open_attempts(core::wall_time at) { interrupt_all_attempts_.run(at); }

std::vector<ports::acted_target> ledger::acted_on() {
    std::vector<ports::acted_target> found;
    list_acted_on_.rows([&](const statement& row) {
        found.push_back(
            {.group = row.text(0), .target = {.id = row.text(1), .incarnation = row.text(3), .name = row.text(2)}});
        for (const core::fate& f : parse_reach(row.text(4))) {
            found.push_back(
                {.group = row.text(0), .target = {.id = f.who.id, .incarnation = f.who.incarnation, .name = f.who.id}});
        }
    });
    return found;
}

std::vector<ports::unfinished_message> ledger::unfinished() {
    std::vector<ports::unfinished_message> found;
    list_unfinished_.rows([&](const statement& row) {
        const std::optional<core::uuid> id = core::uuid::parse(row.text(0));
        if (!id) {
            throw explain("cannot read from the database", database_.path(),
                          "it holds a message whose id is no UUID: '" + row.text(0) + "'",
                          "restore a copy, or move the file aside: a new one is made");
        }
        found.push_back({.message = {.id = *id,
                                     .group = row.text(1),
                                     .target = {.id = row.text(2), .incarnation = row.text(4), .name = row.text(3)},
                                     .planned_at = row.time(5),
                                     .expires_at = row.time(6),
                                     .act = {.name = row.text(10), .with = row.text(11)}},
                         .attempts = static_cast<int>(row.integer(7)),
                         .retry_at = row.optional_time(8),
                         .may_have_acted = row.integer(9) != 0});
    });
    return found;
}

std::optional<ports::recorded_message> ledger::find(const core::uuid& id) {
    std::optional<ports::recorded_message> found;
    read_message_.rows(
        [&](const statement& row) {
            found = {.message = {.id = id,
                                 .group = row.text(0),
                                 .target = {.id = row.text(1), .incarnation = row.text(3), .name = row.text(2)},
                                 .planned_at = row.time(4),
                                 .expires_at = row.time(5),
                                 .act = {.name = row.text(6), .with = row.text(7)}},
                     .settled = row.text(8).empty() ? std::nullopt : core::parse_disposition(row.text(8)),
                     .error = row.text(9)};
        },
        id);
    return found;
}

std::optional<std::string> ledger::fact(const std::string& key) { return get_fact(find_fact_, database_, key); }

void ledger::set_fact(const std::string& key, const std::string& value) { stores::set_fact(database_, key, value); }

pruned ledger::prune(core::wall_time before, std::size_t limit) {
    return stores::prune(database_.connection(), before, limit);
}

std::int64_t ledger::sequence_of(const core::message& m) {
    std::optional<std::int64_t> sequence = find_message_.number(m.id);
    if (!sequence) {
        (void)enter(m);
        sequence = find_message_.number(m.id);
    }
    return sequence.value();
}

}  // namespace mayhem::stores
