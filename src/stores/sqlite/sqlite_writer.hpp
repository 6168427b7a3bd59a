#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "stores/sqlite/batch_runner.hpp"
#include "stores/sqlite/request_writer.hpp"
#include "stores/sqlite/sqlite_database.hpp"

namespace mayhem::stores {

/// The database thread. Takes everything that waits, has it carried out in one transaction (`batch_runner`), and only
/// then hands the requests back: the more wait, the cheaper each one is.
class sqlite_writer final : public request_writer {
public:
    /// So many requests may wait; whoever submits has to wait for room before that.
    static constexpr std::size_t waiting_max = 16'384;

    /// So many go into one transaction, which bounds how long the first of them waits for the last.
    static constexpr std::size_t batch_max = 4'096;

    /// How often a commit that failed is to be replaced while nobody asks for anything.
    static constexpr std::chrono::seconds doubt_retry{2};

    /// Starts the thread, which owns the connection from now on. `on_batch` is called there, and must work until the
    /// destructor is over. Throws `core::store_failed` when the tables cannot be used.
    sqlite_writer(sqlite_database database, batch_handler on_batch);

    /// Finishes everything that was submitted, closes the database, joins the thread.
    ~sqlite_writer() override;
    sqlite_writer(const sqlite_writer&) = delete;
    sqlite_writer& operator=(const sqlite_writer&) = delete;

    /// Any thread.
    [[nodiscard]] bool submit(std::shared_ptr<write_request> r) override;
    [[nodiscard]] bool close(std::shared_ptr<write_request> closed) override;

    [[nodiscard]] bool is_outside_loop() const noexcept override { return true; }
    [[nodiscard]] counters totals() const noexcept override { return runner_.totals(); }
    [[nodiscard]] stores::commit_times::snapshot commit_times() const noexcept override {
        return runner_.commit_times();
    }

private:
    void run();

    /// Waits for what is to be done next. Nothing: it is over; empty: a commit is in doubt, and nothing came for a
    /// while.
    [[nodiscard]] std::optional<batch> next_batch(bool is_in_doubt);

    const batch_handler on_batch_;
    batch_runner runner_;

    std::mutex mutex_;
    std::condition_variable work_waits_;
    std::deque<std::shared_ptr<write_request>> waiting_;  ///< guarded by mutex_
    bool closing_ = false;                                ///< guarded by mutex_
    std::shared_ptr<write_request> closed_;               ///< guarded by mutex_

    std::jthread thread_;
};

}  // namespace mayhem::stores
