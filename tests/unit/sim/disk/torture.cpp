#include "torture.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace mayhem::sim::test {
namespace {

/// The rows of each transaction that is there: how many, and how many bytes they have.
using state = std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>>;

struct possible {
    state after;
    bool has_failed;  ///< and the process lived
};

struct world {
    world(const torture& torturing, const std::string& name, tally& counting)
        : how(torturing), seed(dice(name)), drawn(seed.stream("work")), d(seed.stream("disk")), counts(counting) {}

    const torture& how;
    core::random_source seed;
    core::random_source drawn;
    disk d;
    lazy_clock clock;
    tally& counts;

    std::vector<state> acknowledged{{}};  ///< the last of them is the one that counts
    std::vector<possible> under_way;      ///< since then
    std::int64_t next = 1;                ///< each transaction has a number that no other ever had
};

void open(std::optional<SQLite::Database>& db, disk_process& p, const torture& t) {
    db.emplace(database_path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, 0, p.vfs_name());
    db->exec(
        fmt::format("PRAGMA locking_mode = {}; PRAGMA synchronous = {}; PRAGMA temp_store = MEMORY;"
                    "PRAGMA journal_mode = {}; PRAGMA wal_autocheckpoint = 10; PRAGMA cache_size = 20;"
                    "CREATE TABLE IF NOT EXISTS t (part_of INTEGER, filler BLOB);"
                    "CREATE TABLE IF NOT EXISTS total (one INTEGER PRIMARY KEY, rows INTEGER);"
                    "INSERT OR IGNORE INTO total VALUES (1, 0)",
                    t.locking_mode, t.synchronous, t.journal_mode));
}

/// One transaction: inserts rows, at times many, at times deletes those of an older one; and keeps the total.
void write(world& w, SQLite::Database& db) {
    state after = w.acknowledged.back();
    const std::int64_t id = w.next++;
    const std::uint64_t rows = w.drawn.below(20) == 0 ? 60 : 1 + w.drawn.below(3);
    const std::uint64_t victim = w.drawn.below(after.size() + 1);
    const bool deletes = w.drawn.below(4) == 0 && victim < after.size();
    db.exec("BEGIN IMMEDIATE");
    SQLite::Statement insert(db, "INSERT INTO t VALUES (?, zeroblob(?))");
    for (std::uint64_t i = 0; i < rows; ++i) {
        const auto size = static_cast<std::int64_t>(w.drawn.below(1'500));
        insert.bind(1, id);
        insert.bind(2, size);
        insert.exec();
        insert.reset();
        after[id].first += 1;
        after[id].second += size;
    }
    if (deletes) {
        const auto found = std::next(after.begin(), static_cast<std::ptrdiff_t>(victim));
        db.exec(fmt::format("DELETE FROM t WHERE part_of = {}", found->first));
        after.erase(found);
    }
    db.exec("UPDATE total SET rows = (SELECT count(*) FROM t)");
    w.under_way.push_back({.after = after, .has_failed = false});
    db.exec("COMMIT");
    w.acknowledged.push_back(std::move(after));
    w.under_way.clear();
    ++w.counts.commits;
}

state read_state(SQLite::Database& db) {
    state found;
    SQLite::Statement query(db, "SELECT part_of, count(*), sum(length(filler)) FROM t GROUP BY part_of");
    while (query.executeStep()) {
        found[query.getColumn(0).getInt64()] = {query.getColumn(1).getInt64(), query.getColumn(2).getInt64()};
    }
    return found;
}

/// What is wrong; empty if nothing is. What was found is what counts from now on.
std::string adopt(world& w, const state& found) {
    if (found != w.acknowledged.back()) {
        const auto now = std::find_if(w.under_way.begin(), w.under_way.end(),
                                      [&found](const possible& p) { return p.after == found; });
        if (now == w.under_way.end()) {
            const bool is_older =
                std::find(w.acknowledged.begin(), w.acknowledged.end(), found) != w.acknowledged.end();
            ++(is_older ? w.counts.lost : w.counts.damaged);
            return is_older ? "an acknowledged commit is lost" : "a state that never was";
        }
        ++(now->has_failed ? w.counts.zombies : w.counts.one_more);
    }
    w.acknowledged.push_back(found);
    w.under_way.clear();
    return {};
}

/// Death comes around a commit, in the recovery, or anywhere.
void doom(disk_process& p, core::random_source& fate, fault_decision faults) {
    const std::uint64_t where = fate.below(10);
    const std::uint64_t sync = 1 + fate.below(15);
    const std::uint64_t calls_later = fate.below(4);
    const std::uint64_t call = 1 + fate.below(where < 3 ? 40 : 300);
    if (where < 6) {
        p.inject(std::move(faults));
        p.die_at(call);
    } else {
        p.inject(death_at_sync(sync, calls_later, std::move(faults)));
    }
}

/// Until its death. What is wrong with what it found; empty if nothing is.
std::string live(world& w, const std::string& name) {
    std::string wrong;
    core::random_source fate = w.seed.stream(name);
    disk_process p(w.d, w.clock.surroundings());
    doom(p, fate, w.how.faults ? w.how.faults(fate.stream("faults")) : fault_decision{});
    std::optional<SQLite::Database> db;
    try {
        open(db, p, w.how);
        wrong = adopt(w, read_state(*db));
        while (p.is_alive() && wrong.empty()) {
            try {
                write(w, *db);
            } catch (const SQLite::Exception&) {
                if (p.is_alive() && !w.under_way.empty() && !w.under_way.back().has_failed) {
                    w.under_way.back().has_failed = true;
                    ++w.counts.failures;
                }
                if (p.is_alive() && sqlite3_get_autocommit(db->getHandle()) == 0) {
                    (void)try_sql(*db, "ROLLBACK");
                }
            }
        }
    } catch (const SQLite::Exception&) {
        p.kill();  // a fault, or its death, in the recovery
    }
    if (w.how.is_power_cut) {
        w.d.power_cut();
    }
    w.counts.calls += p.calls();
    ++w.counts.lives;
    return wrong;
}

bool has_right_total(SQLite::Database& db) {
    return number(db, "SELECT (SELECT rows FROM total) = (SELECT count(*) FROM t)") == 1;
}

/// What is wrong; empty if nothing is.
std::string judge(world& w, SQLite::Database& db) {
    const std::string whole = text(db, "PRAGMA integrity_check");
    if (whole != "ok" || !has_right_total(db)) {
        ++w.counts.damaged;
        return "damaged: " + whole;
    }
    return adopt(w, read_state(db));
}

std::string look(world& w) {
    disk_process p(w.d, w.clock.surroundings());
    std::optional<SQLite::Database> db;
    try {
        open(db, p, w.how);
        return judge(w, *db);
    } catch (const SQLite::Exception& e) {
        ++w.counts.unreadable;
        return std::string("unreadable: ") + e.what();
    }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const tally& t) {
    out << t.lives << " lives, " << t.commits << " commits (" << t.failures << " failed), " << t.calls
        << " calls; one more " << t.one_more << ", zombies " << t.zombies << ", lost " << t.lost << ", damaged "
        << t.damaged << ", unreadable " << t.unreadable;
    for (const std::string& example : t.examples) {
        out << "\n  " << example;
    }
    return out;
}

tally carry_out(const torture& t, const std::string& name) {
    tally counts;
    for (unsigned n = 0; n < t.worlds; ++n) {
        world w(t, fmt::format("{} {}", name, n), counts);
        std::string wrong;
        for (unsigned life = 0; life < t.lives && wrong.empty(); ++life) {
            wrong = live(w, fmt::format("life {}", life));
            const bool dies_again_first = w.drawn.below(4) == 0 && life + 1 < t.lives;
            if (!dies_again_first && wrong.empty()) {
                wrong = look(w);
            }
        }
        if (!wrong.empty() && counts.examples.size() < 3) {
            counts.examples.push_back(fmt::format("world {}: {}", n, wrong));
        }
    }
    return counts;
}

}  // namespace mayhem::sim::test
