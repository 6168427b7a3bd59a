#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "mayhem/ports/restart_record.hpp"
#include "stores/sqlite/guard_record.hpp"
#include "stores/sqlite/sqlite_database.hpp"

namespace mayhem::stores {

/// What the guards read, straight from the database file, which may be in use: for commands beside the daemon. Reads on
/// the caller's thread, and blocks it meanwhile.
class guard_snapshot final : public ports::restart_record {
public:
    /// Throws `core::store_failed`.
    explicit guard_snapshot(const std::filesystem::path& database);

    async::awaitable<ports::restarts_so_far> restarts(const ports::restarts_query& q) override;
    async::awaitable<std::vector<ports::last_restart>> restarted_since(const std::string& group,
                                                                       core::wall_time since) override;
    [[nodiscard]] ports::group_memory recall(const std::string& group);

    /// The seed that was drawn; nothing: none was.
    [[nodiscard]] std::optional<std::uint64_t> seed() const noexcept { return seed_; }

    /// By the command; the other doors are not in the database.
    [[nodiscard]] bool is_halted() const noexcept { return is_halted_; }

private:
    sqlite_database database_;
    guard_record record_;
    bool is_halted_;
    std::optional<std::uint64_t> seed_;
};

/// Closes the breaker of a group in the database file, beside a daemon or without one; false if it was not open.
/// Durable when it returns; throws `core::store_failed`. Synchronous.
[[nodiscard]] bool close_breaker(const std::filesystem::path& database, const std::string& group, core::wall_time at,
                                 sqlite_database::links l = sqlite_database::links::followed);

}  // namespace mayhem::stores
