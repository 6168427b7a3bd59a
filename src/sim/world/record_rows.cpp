#include "sim/world/record_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include "sim/judge/event_names.hpp"
#include "stores/sqlite/reach_text.hpp"
#include "stores/sqlite/sqlite_database.hpp"

namespace mayhem::sim {

namespace {

core::wall_time wall_of(const SQLite::Column& c) { return core::wall_time{core::duration{c.getInt64()}}; }

}  // namespace

record_rows::record_rows(scene& s, const std::string& path)
    : scene_(s), process_(s.disk, {.now = [&s] { return s.clock.wall_now(); }, .sleep = [](core::duration) {}}) {
    if (s.disk.find(path) != nullptr) {
        database_ = std::make_unique<SQLite::Database>(path, SQLITE_OPEN_READWRITE, 0, process_.vfs_name());
        // Leaves to the next life what it has to find: the log as the last one left it.
        (void)sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
}

record_rows::~record_rows() = default;

bool record_rows::has_message(const std::string& id) const {
    if (!database_ || !database_->tableExists("messages")) {
        return false;
    }
    SQLite::Statement ask(*database_, "SELECT 1 FROM messages WHERE id = ?1");
    ask.bind(1, id);
    return ask.executeStep();
}

std::vector<std::string> record_rows::open_breakers() const {
    std::vector<std::string> groups;
    if (database_ && database_->tableExists("breakers")) {
        SQLite::Statement ask(*database_, "SELECT group_name FROM breakers WHERE closed_at IS NULL");
        while (ask.executeStep()) {
            groups.push_back(ask.getColumn(0).getString());
        }
    }
    return groups;
}

bool record_rows::close_breaker(const std::string& group) try {
    if (!database_) {
        return false;
    }
    database_->exec("PRAGMA synchronous = FULL");
    SQLite::Statement shut(*database_,
                           "UPDATE breakers SET closed_at = ?2 WHERE group_name = ?1 AND closed_at IS NULL");
    shut.bind(1, group);
    shut.bind(2, scene_.clock.wall_now().time_since_epoch().count());
    return shut.exec() > 0;
} catch (const SQLite::Exception&) {
    return false;
}

void record_rows::tell_all() const {
    if (database_ && database_->tableExists("messages")) {
        tell_messages();
        tell_attempts();
        tell_skips();
    }
    scene_.log.tell(record_read{});
}

void record_rows::tell_messages() const {
    SQLite::Statement ask(*database_, "SELECT id, group_name, planned_at, state FROM messages ORDER BY seq");
    while (ask.executeStep()) {
        scene_.log.tell(recorded_message{.message = ask.getColumn(0).getString(),
                                         .group = ask.getColumn(1).getString(),
                                         .planned_at = wall_of(ask.getColumn(2)),
                                         .state = parse_name<message_state>(ask.getColumn(3).getString()).value()});
    }
}

void record_rows::tell_attempts() const {
    SQLite::Statement ask(
        *database_,
        "SELECT m.id, a.number, a.verdict, a.refused_by, a.recovery_us, a.started_at, a.ended_at, "
        "a.act, a.not_before_us, a.pace, a.usual_us, a.span ->> 'held_us', a.span ->> 'ended_by', "
        "a.verdict IN ('recovered', 'fault_stuck') AND EXISTS (SELECT 1 FROM breakers AS b WHERE b.message = m.seq), "
        "EXISTS (SELECT 1 FROM breakers AS b WHERE b.group_name = m.group_name "
        "AND b.message IS NOT m.seq AND b.opened_at <= a.ended_at "
        "AND (b.closed_at IS NULL OR b.closed_at >= a.started_at)), a.reach "
        "FROM attempts AS a JOIN messages AS m ON m.seq = a.message ORDER BY a.message, a.number");
    while (ask.executeStep()) {
        recorded_attempt row{.message = ask.getColumn(0).getString(), .number = ask.getColumn(1).getInt64()};
        row.verdict = core::parse_verdict(ask.getColumn(2).getString());
        row.refused_by = core::parse_guard(ask.getColumn(3).getString());
        if (!ask.getColumn(4).isNull()) {
            row.recovery = core::duration{ask.getColumn(4).getInt64()};
        }
        if (!ask.getColumn(7).isNull()) {
            row.started_at = wall_of(ask.getColumn(5));
            row.ended_at = wall_of(ask.getColumn(6));
            row.act = ask.getColumn(7).getString();
            row.not_before = core::duration{ask.getColumn(8).getInt64()};
            row.pace = core::parse_pace(ask.getColumn(9).getString());
            if (!ask.getColumn(11).isNull()) {
                row.held = core::duration{ask.getColumn(11).getInt64()};
                row.ended_by = core::parse_span_end(ask.getColumn(12).getString());
            }
            if (!ask.getColumn(10).isNull()) {
                row.usual = core::duration{ask.getColumn(10).getInt64()};
            }
            row.opens_breaker = ask.getColumn(13).getInt() != 0;
            row.is_breaker_open = ask.getColumn(14).getInt() != 0;
        }
        for (const core::fate& f : stores::parse_reach(ask.getColumn(15).getString())) {
            if (!f.is_foretold) {
                row.unforetold.push_back(f.who.id + ' ' + f.who.incarnation);
            }
        }
        scene_.log.tell(std::move(row));
    }
}

void record_rows::tell_skips() const {
    SQLite::Statement ask(*database_, "SELECT group_name, planned_at, moments, reason FROM skips ORDER BY seq");
    while (ask.executeStep()) {
        scene_.log.tell(recorded_skip{.group = ask.getColumn(0).getString(),
                                      .planned_at = wall_of(ask.getColumn(1)),
                                      .moments = ask.getColumn(2).getInt64(),
                                      .reason = core::parse_guard(ask.getColumn(3).getString()).value()});
    }
}

}  // namespace mayhem::sim
