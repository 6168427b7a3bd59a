#include "host/sqlite_record.hpp"

#include <utility>

#include "assembly/open_database.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

sqlite_record::sqlite_record(async::loop& loop, std::unique_ptr<stores::store_lock> lock,
                             stores::sqlite_database database, found f)
    : lock_(std::move(lock)), found_(std::move(f)), store_(loop, std::move(database)) {}

async::awaitable<std::unique_ptr<durable_record>> sqlite_record::open(async::loop& loop, async::blocking& threads,
                                                                      telemetry::log log, std::filesystem::path path,
                                                                      std::uint64_t seed) {
    const async::frame here;
    opened_database opened =
        co_await async::run_blocking(threads, [path = std::move(path), seed] { return open_database(path, seed); });
    if (!opened.is_checked_whole) {
        log.info("The database is large: {} s were not enough to read it whole, and what was read is undamaged",
                 check_max.count());
    }
    found as_it_was{.seed = opened.found.seed, .life = opened.found.life, .halted = std::move(opened.found.halted)};
    std::unique_ptr<durable_record> record(
        new sqlite_record(loop, std::move(opened.lock), std::move(opened.database), std::move(as_it_was)));
    co_return record;
}

telemetry::histogram sqlite_record::commit_times() const {
    using stores::commit_times;
    const commit_times::snapshot s = store_.commit_times();
    telemetry::histogram h;
    for (std::size_t i = 0; i + 1 < commit_times::bucket_count; ++i) {
        h.buckets.push_back({core::to_seconds(commit_times::upper_bound(i)), s.counts[i]});
    }
    h.rest = s.counts.back();
    h.sum = core::to_seconds(s.sum);
    return h;
}

}  // namespace mayhem::app
