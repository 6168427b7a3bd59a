#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "stores/sqlite/commit_times.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/write_request.hpp"

namespace mayhem::stores {

class transaction;

/// The database thread. Takes everything that waits, carries it out in one transaction, makes that durable with one
/// `fsync`, and only then hands the requests back: the more wait, the cheaper each one is.
///
/// Requests are carried out in the order of `submit`. One that fails is handed back with its exception and spoils no
/// other. If the transaction itself fails (disk full, locked, I/O error), every request of the batch fails with
/// `core::store_failed` and none is recorded; the writer stays usable, because a disk may get free again.
///
/// A commit that fails may all the same stand in the log, unseen, and a crash would bring it back. So a commit of its
/// own is made to take its place before anything else is done: at once, with each batch, and every `doubt_retry`,
/// until one succeeds. Whatever is handed back as done has therefore ended every doubt about what failed before it.
class sqlite_writer {
public:
    using batch = std::vector<std::shared_ptr<write_request>>;

    /// Receives what is done, in order, on the database thread; must not throw or wait.
    using batch_handler = std::function<void(batch)>;

    /// So many requests may wait; whoever submits has to wait for room before that.
    static constexpr std::size_t waiting_max = 16'384;

    /// So many go into one transaction, which bounds how long the first of them waits for the last.
    static constexpr std::size_t batch_max = 4'096;

    /// How often a commit that failed is to be replaced while nobody asks for anything.
    static constexpr std::chrono::seconds doubt_retry{2};

    struct counters {
        std::uint64_t requests = 0;  ///< handed back, failed ones included
        std::uint64_t commits = 0;   ///< transactions made durable
        std::uint64_t failures = 0;  ///< requests handed back with an exception
    };

    /// Starts the thread, which owns the connection from now on. `on_batch` must work until the destructor is over.
    /// Throws `core::store_failed` when the tables cannot be used.
    sqlite_writer(sqlite_database database, batch_handler on_batch);

    /// Finishes everything that was submitted, closes the database, joins the thread.
    ~sqlite_writer();
    sqlite_writer(const sqlite_writer&) = delete;
    sqlite_writer& operator=(const sqlite_writer&) = delete;

    /// Hands a request over; never waits for the database. False, and nothing happens, when `waiting_max` are
    /// waiting or after `close`. Any thread.
    [[nodiscard]] bool submit(std::shared_ptr<write_request> r);

    /// No more requests. What was submitted is finished and handed back; then the log is written back into the database
    /// file and the file is closed; then `closed` is handed back (its own work is never run), with an exception if a
    /// commit failed and could not be replaced up to then. Never waits. Once.
    [[nodiscard]] bool close(std::shared_ptr<write_request> closed);

    /// Any thread.
    [[nodiscard]] counters totals() const noexcept;

    [[nodiscard]] stores::commit_times::snapshot commit_times() const noexcept { return commit_times_.read(); }

private:
    struct connection;

    void run(std::unique_ptr<connection> mine);

    /// Waits for what is to be done next. Nothing: it is over; empty: a commit is in doubt, and nothing came for a
    /// while.
    [[nodiscard]] std::optional<batch> next_batch(bool is_in_doubt);
    void carry_out(const batch& b, connection& c) noexcept;
    /// Why the transaction failed; null if it did not.
    [[nodiscard]] static std::exception_ptr commit_all(const batch& b, transaction& t) noexcept;
    /// Why it could not be ended; null if there is none any more.
    [[nodiscard]] static std::exception_ptr end_doubt(connection& c) noexcept;
    void hand_back(batch b);

    const batch_handler on_batch_;
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> failures_{0};
    stores::commit_times commit_times_;

    std::mutex mutex_;
    std::condition_variable work_waits_;
    std::deque<std::shared_ptr<write_request>> waiting_;  ///< guarded by mutex_
    bool closing_ = false;                                ///< guarded by mutex_
    std::shared_ptr<write_request> closed_;               ///< guarded by mutex_

    std::jthread thread_;
};

}  // namespace mayhem::stores
