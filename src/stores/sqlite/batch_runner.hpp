#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>

#include "stores/sqlite/commit_times.hpp"
#include "stores/sqlite/request_writer.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/transaction.hpp"

namespace mayhem::stores {

/// Carries out what waits for the database, everything that is there in one transaction, and makes it durable with one
/// `fsync`.
///
/// A request that fails gets its exception and spoils no other. If the transaction itself fails (disk full, locked, I/O
/// error), every request of the batch fails with `core::store_failed` and none is recorded; the runner stays usable,
/// because a disk may get free again.
///
/// A commit that fails may all the same stand in the log, unseen, and a crash would bring it back. So a commit of its
/// own is made to take its place before anything else is done: at once, with each batch, and whenever `end_doubt` is
/// called, until one succeeds. Whatever a batch has recorded has therefore ended every doubt about what failed before.
///
/// One thread at a time, but for the two that count.
class batch_runner {
public:
    /// Takes the connection over. Throws `core::store_failed` when the tables cannot be used.
    explicit batch_runner(sqlite_database database);

    /// After it each request knows whether it is done.
    void carry_out(const request_writer::batch& b) noexcept;

    /// A commit has failed, and none since has taken its place.
    [[nodiscard]] bool is_in_doubt() const noexcept { return connection_->transaction.is_in_doubt(); }

    /// Why it could not be ended; null if there is none any more.
    [[nodiscard]] std::exception_ptr end_doubt() noexcept;

    /// Ends a doubt if it can, and closes the file; the last call. What it returns is as from `end_doubt`.
    [[nodiscard]] std::exception_ptr close() noexcept;

    /// Any thread.
    [[nodiscard]] request_writer::counters totals() const noexcept;
    [[nodiscard]] stores::commit_times::snapshot commit_times() const noexcept { return commit_times_.read(); }

private:
    struct connection {
        explicit connection(sqlite_database d) : database(std::move(d)), transaction(database) {}

        sqlite_database database;
        stores::transaction transaction;
    };

    /// Why the transaction failed; null if it did not.
    [[nodiscard]] static std::exception_ptr commit_all(const request_writer::batch& b, transaction& t) noexcept;
    void count(const request_writer::batch& b) noexcept;

    std::unique_ptr<connection> connection_;
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> failures_{0};
    stores::commit_times commit_times_;
};

}  // namespace mayhem::stores
