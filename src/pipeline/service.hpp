#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "mayhem/async/task_group.hpp"
#include "pipeline/handling/consumer.hpp"
#include "pipeline/handling/lease_keeper.hpp"
#include "pipeline/handling/message_handler.hpp"
#include "pipeline/making/publisher.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// The whole flow, from the publishers to the last ack, and its end. Owns the tasks; everything else is given.
///
/// The end comes in the steps that a shutdown names: `cancel`, `join`, `nack_unsettled`; all three before the
/// destructor.
class service {
public:
    /// All references outlive the service. `on_failure` is told of each exception that nobody caught.
    service(async::loop& l, std::vector<group*> groups, const surroundings& s, const handling_settings& settings,
            const core::random_source& random, const async::task_group::failure_handler& on_failure);

    /// Before the start: what of these still stands may be on its way out, and is left alone for a while.
    void doubt(const std::vector<ports::acted_target>& acted_on) { handler_.doubt(acted_on, loop_.now()); }

    /// Starts the flow, with what the former life left unfinished.
    void start(std::vector<ports::unfinished_message> unfinished);

    /// Journals `m`, which somebody asked for, and publishes it, in a task of its own; `surroundings::requests` is told
    /// how far it came. False when nothing new is taken any more: then nothing is done.
    [[nodiscard]] bool request(std::shared_ptr<const core::message> m);

    /// Stops publishing and consuming; what is being handled goes on, its leases extended, but what lasts (a pause)
    /// ends within a second.
    void stop_accepting();

    /// Waits until nothing is being handled.
    async::awaitable<void> settle();

    /// Waits until every publisher has published all that it was to (`count_max`), and every message is settled.
    async::awaitable<void> drain();

    [[nodiscard]] std::size_t outstanding_tasks() const noexcept {
        return publishing_.size() + consuming_.size() + plumbing_.size() + handlers_.size();
    }

    /// Stops publishing and consuming and asks every task to end.
    void cancel();

    /// The same, and no mask holds it back: for a forced end.
    void cut();

    /// Told the names of the tasks that are about to be cut; must not throw.
    using late_handler = std::function<void(const std::vector<std::string>&)>;

    /// Waits until all tasks have ended. If that takes longer than `grace`, tells `on_late` which are left, cuts them
    /// and waits on: what a thread does for them cannot be cut.
    async::awaitable<void> join(std::chrono::nanoseconds grace, late_handler on_late);

    /// Gives back to the journal every message that is not settled: waiting, being sent, being handled, backing off;
    /// but none because of which somebody may have acted: the journal has those as such. Returns how many; throws
    /// `core::store_failed` (the journal has them as pending all the same).
    async::awaitable<std::size_t> nack_unsettled();

private:
    async::awaitable<void> join_all();
    async::awaitable<void> publish_asked(std::shared_ptr<const core::message> m);

    async::loop& loop_;
    const surroundings to_;
    const std::vector<group*> groups_;
    bool is_accepting_ = false;
    std::set<core::uuid> unsent_;  ///< asked for, and not in the queue yet
    lease_keeper leases_;
    message_handler handler_;
    std::list<publisher> publishers_;
    async::task_group handlers_;
    consumer consumer_;
    async::task_group publishing_;
    async::task_group consuming_;
    async::task_group plumbing_;
};

}  // namespace mayhem::pipeline
