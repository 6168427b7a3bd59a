#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "mayhem/async/loop.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/ports/halt_memory.hpp"
#include "mayhem/ports/history.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "stores/sqlite/halt_record.hpp"
#include "stores/sqlite/pruning.hpp"
#include "stores/sqlite/request_writer.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/sqlite_writer.hpp"

namespace mayhem::stores {

/// The durable record of one host in a SQLite file, behind five ports. Every call is one request
/// to the writer; those that wait at the same time share a transaction, and the loop is woken once for all of them.
///
/// A call that is cancelled goes on until its write is durable and then returns; the caller's next await throws.
/// If the disk hangs longer than `patience` after the cancellation the call ends with `async::shield_expired`, and its
/// write may or may not become durable. At most `sqlite_writer::waiting_max` calls wait for the database, the others
/// for them.
///
/// Lifetime: `loop` outlives it, it outlives its callers. The loop's thread only.
class sqlite_store final : public ports::journal,
                           public ports::limits,
                           public ports::plan_memory,
                           public ports::history,
                           public ports::halt_memory {
public:
    static constexpr std::chrono::seconds patience{15};

    /// Takes over an opened database, on a thread of its own. Throws `core::store_failed`.
    sqlite_store(async::loop& loop, sqlite_database database);

    /// The same with another writer. `path` is the database's, for errors; the handler that `make` gets belongs to the
    /// writer that it returns.
    using make_writer = std::function<std::unique_ptr<request_writer>(request_writer::batch_handler)>;
    sqlite_store(async::loop& loop, std::filesystem::path path, const make_writer& make);

    async::awaitable<bool> enter(const core::message& m, const ports::draw_record& d) override;
    async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                       const ports::restarts_query& q, const core::guard_limits& l,
                                                       const core::reach* foretold) override;
    async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) override;
    async::awaitable<void> record(const core::message& m, const core::outcome& o) override;
    async::awaitable<std::vector<core::seen_recovery>> past_recoveries(const core::message& m, std::string_view act,
                                                                       core::wall_time since) override;
    async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) override;
    async::awaitable<void> skip(std::span<const core::skip> skips) override;
    async::awaitable<std::optional<core::wall_time>> follow_plan(const std::string& group, const std::string& plan,
                                                                 core::wall_time now) override;
    async::awaitable<std::vector<ports::unfinished_message>> unfinished() override;
    async::awaitable<std::optional<ports::recorded_message>> find(const core::uuid& id) override;
    async::awaitable<std::vector<ports::acted_target>> acted_on() override;
    async::awaitable<std::vector<ports::group_memory>> recall(const std::vector<std::string>& groups) override;
    async::awaitable<bool> close_breaker(const std::string& group) override;
    async::awaitable<ports::restarts_so_far> restarts(const ports::restarts_query& q) override;
    async::awaitable<std::vector<ports::last_restart>> restarted_since(const std::string& group,
                                                                       core::wall_time since) override;

    async::awaitable<std::optional<halt_record>> read_halt() override;
    async::awaitable<void> write_halt(halt_record r) override;
    async::awaitable<std::optional<halt_record>> forget_halt(std::vector<halt_record> known) override;

    /// Deletes a batch of what is older than `before` (pruning.hpp).
    async::awaitable<pruned> prune(core::wall_time before, std::size_t limit) override;

    /// A second close does nothing. Any other call after it throws. Throws itself, once the file is closed, when a
    /// commit had failed and could not be taken back: then the next life may find what it wrote.
    async::awaitable<void> close();

    /// Why nothing can be recorded: of the newest call, if it failed and none has succeeded since; otherwise empty.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

    /// For metrics.
    [[nodiscard]] request_writer::counters totals() const noexcept { return writer_->totals(); }
    [[nodiscard]] stores::commit_times::snapshot commit_times() const noexcept { return writer_->commit_times(); }

private:
    template <typename T>
    [[nodiscard]] async::awaitable<T> ask(std::function<T(ledger&)> question);
    [[nodiscard]] async::awaitable<void> write(std::function<void(ledger&)> work);
    [[nodiscard]] async::awaitable<void> write_unshielded(std::function<void(ledger&)> work);
    [[nodiscard]] async::awaitable<void> close_unshielded();
    void hand_over(request_writer::batch done);

    async::loop& loop_;
    const std::filesystem::path path_;
    std::string trouble_;
    async::semaphore room_{sqlite_writer::waiting_max};
    const std::unique_ptr<request_writer> writer_;
};

}  // namespace mayhem::stores
