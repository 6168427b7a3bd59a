#include "record/guard_snapshot.hpp"

#include <string>

#include <fmt/format.h>

#include "mayhem/async/frame.hpp"
#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/halt_record.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {

namespace {

constexpr std::string_view reading = "cannot read from the database";

std::optional<std::uint64_t> seed_in(sqlite_database& database) {
    const std::optional<std::string> text = get_fact(database, "seed");
    return text ? std::optional<std::uint64_t>(std::stoull(*text)) : std::nullopt;
}

}  // namespace

guard_snapshot::guard_snapshot(const std::filesystem::path& database) try
    : database_(sqlite_database::open_read_only(database)),
      record_(database_.connection()),
      is_halted_(parse_halt(get_fact(database_, halt_key)).has_value()),
      seed_(seed_in(database_)) {
} catch (const SQLite::Exception& e) {
    throw explain(e, reading, database);
}

async::awaitable<ports::restarts_so_far> guard_snapshot::restarts(const ports::restarts_query& q) {
    const async::frame here;
    try {
        co_return record_.restarts(q);
    } catch (const SQLite::Exception& e) {
        throw explain(e, reading, database_.path());
    }
}

async::awaitable<std::vector<ports::last_restart>> guard_snapshot::restarted_since(const std::string& group,
                                                                                   core::wall_time since) {
    const async::frame here;
    try {
        co_return record_.restarted_since(group, since);
    } catch (const SQLite::Exception& e) {
        throw explain(e, reading, database_.path());
    }
}

ports::group_memory guard_snapshot::recall(const std::string& group) try {
    return record_.recall(group);
} catch (const SQLite::Exception& e) {
    throw explain(e, reading, database_.path());
}

bool close_breaker(const std::filesystem::path& database, const std::string& group, core::wall_time at,
                   sqlite_database::links l) try {
    std::error_code unknown;
    if (!std::filesystem::exists(database, unknown) && !unknown) {
        throw explain(writing, database, "there is no such file",
                      "name the path that the daemon uses (--store or [store] path)");
    }
    sqlite_database opened = sqlite_database::open(database, sqlite_database::default_busy_timeout, l);
    try {
        return guard_record(opened.connection()).close_breaker(group, at);
    } catch (const SQLite::Exception& e) {
        forget_failed_statement(opened, e);
        throw;
    }
} catch (const SQLite::Exception& e) {
    throw explain(e, writing, database);
}

}  // namespace mayhem::stores
