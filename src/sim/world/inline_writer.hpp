#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "mayhem/async/event.hpp"
#include "sim/world/process.hpp"
#include "stores/sqlite/batch_runner.hpp"
#include "stores/sqlite/request_writer.hpp"

namespace mayhem::sim {

/// The database thread as a task on the loop: takes what waits, after a while carries it out between two steps of the
/// loop, and after another while hands it back. Between the two what was written is durable, and nobody knows.
class inline_writer final : public stores::request_writer {
public:
    /// `p` outlives it; the task that it starts there ends soon after it, or after `close`. Throws
    /// `core::store_failed`.
    inline_writer(process& p, stores::sqlite_database database, batch_handler on_batch);
    ~inline_writer() override;
    inline_writer(const inline_writer&) = delete;
    inline_writer& operator=(const inline_writer&) = delete;

    [[nodiscard]] bool submit(std::shared_ptr<stores::write_request> r) override;
    [[nodiscard]] bool close(std::shared_ptr<stores::write_request> closed) override;
    [[nodiscard]] bool is_outside_loop() const noexcept override { return false; }
    [[nodiscard]] counters totals() const noexcept override { return mine_->runner.totals(); }
    [[nodiscard]] stores::commit_times::snapshot commit_times() const noexcept override {
        return mine_->runner.commit_times();
    }

private:
    /// Shared with the task, which may outlive the writer for a moment.
    struct state {
        state(process& p, stores::sqlite_database database, batch_handler on_batch)
            : owner(p), runner(std::move(database)), hand_back(std::move(on_batch)) {}

        process& owner;
        stores::batch_runner runner;
        batch_handler hand_back;  ///< empty once the writer is gone
        std::deque<std::shared_ptr<stores::write_request>> waiting;
        async::event work;
        bool is_closing = false;
        std::shared_ptr<stores::write_request> closed;
    };
    static async::awaitable<void> run(std::shared_ptr<state> s);
    static async::awaitable<void> wait_for_work(state& s);

    std::shared_ptr<state> mine_;
};

}  // namespace mayhem::sim
