#include "record/stoppable.hpp"

#include <sqlite3.h>

namespace mayhem::stores {

namespace {

constexpr int steps_between_looks = 10'000;  // of SQLite's machine: about a tenth of a millisecond

int is_stopped(void* token) noexcept { return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0; }

}  // namespace

void stop_when_asked(sqlite_database& database, std::stop_token& stop) noexcept {
    sqlite3_progress_handler(database.connection().getHandle(), steps_between_looks, &is_stopped, &stop);
}

}  // namespace mayhem::stores
