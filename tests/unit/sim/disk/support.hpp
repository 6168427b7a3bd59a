#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "mayhem/core/random.hpp"
#include "sim/disk/disk.hpp"
#include "sim/disk/disk_process.hpp"

namespace mayhem::sim::test {

/// The seed of this run, `MAYHEM_TEST_SEED` or always the same.
[[nodiscard]] std::uint64_t run_seed();

/// For SCOPED_TRACE.
[[nodiscard]] std::string seed_text();

/// A stream of the run's randomness.
[[nodiscard]] core::random_source dice(const std::string& name);

/// A clock that moves only while somebody sleeps.
struct lazy_clock {
    core::wall_time now{std::chrono::seconds{1'700'000'000}};

    [[nodiscard]] disk_process::surroundings surroundings() {
        return {.now = [this] { return now; }, .sleep = [this](core::duration d) { now += d; }};
    }
};

/// A host with one process on its disk and nobody who looks at the time.
class host {
public:
    explicit host(const std::string& name = "host") : disk(dice(name)) { begin(); }

    /// The next life; the one before must have no connection any more.
    disk_process& begin();
    [[nodiscard]] disk_process& process() { return *process_; }

    /// A connection of the living process to /data/db, made as `settings` say.
    [[nodiscard]] SQLite::Database connect(const std::string& settings = "PRAGMA journal_mode = WAL");

    lazy_clock clock;
    sim::disk disk;

private:
    std::unique_ptr<disk_process> process_;
};

inline const std::string database_path = "/data/db";

[[nodiscard]] std::int64_t number(SQLite::Database& connection, const std::string& sql);
[[nodiscard]] std::string text(SQLite::Database& connection, const std::string& sql);

/// SQLite's code for what became of it.
int try_sql(SQLite::Database& connection, const std::string& sql);

/// Every file with its bytes.
[[nodiscard]] std::map<std::string, bytes> files_of(const disk& d);

/// As bytes.
[[nodiscard]] bytes bytes_of(const std::string& text);
[[nodiscard]] std::string text_of(const bytes& b);

/// Answers every call of one operation, on paths that end so, with one fault.
[[nodiscard]] fault_decision always(disk_fault f, disk_operation o, std::string path_end = {});

/// Death in the sync of this number, or so many calls later: around the moment when a commit becomes durable. The other
/// calls are left to another decision.
[[nodiscard]] fault_decision death_at_sync(std::uint64_t number, std::uint64_t calls_later, fault_decision others = {});

}  // namespace mayhem::sim::test
