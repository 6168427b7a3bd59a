#pragma once

#include <filesystem>
#include <memory>

#include "daemon/world.hpp"
#include "stores/sqlite/sqlite_store.hpp"
#include "stores/sqlite/store_lock.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The record in a SQLite file, locked for this process as long as this lives.
class sqlite_record final : public durable_record {
public:
    /// Locks and opens the database on `threads`; see `open_database`. `loop` outlives the result.
    [[nodiscard]] static async::awaitable<std::unique_ptr<durable_record>> open(async::loop& loop,
                                                                                async::blocking& threads,
                                                                                telemetry::log log,
                                                                                std::filesystem::path path,
                                                                                std::uint64_t seed);

    [[nodiscard]] ports::journal& journal() override { return store_; }
    [[nodiscard]] ports::limits& limits() override { return store_; }
    [[nodiscard]] ports::plan_memory& plans() override { return store_; }
    [[nodiscard]] ports::history& history() override { return store_; }
    [[nodiscard]] ports::halt_memory& halt_memory() override { return store_; }
    [[nodiscard]] const found& at_the_start() const noexcept override { return found_; }
    [[nodiscard]] std::string trouble() const override { return store_.trouble(); }
    [[nodiscard]] telemetry::histogram commit_times() const override;
    async::awaitable<void> close() override { return store_.close(); }

private:
    sqlite_record(async::loop& loop, std::unique_ptr<stores::store_lock> lock, stores::sqlite_database database,
                  found f);

    const std::unique_ptr<stores::store_lock> lock_;
    const found found_;
    stores::sqlite_store store_;
};

}  // namespace mayhem::app
