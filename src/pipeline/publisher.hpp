#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"
#include "mayhem/ports/store.hpp"
#include "pipeline/group.hpp"

namespace mayhem::pipeline {

/// Makes the messages of one group: waits for the moment, lists the targets, draws one, journals the message, and only
/// then hands it to the queue. A trouble with the driver costs that one moment; a trouble with the store holds the
/// publishing back until the journal can be written again, because nothing may be done that is not on record.
class publisher {
public:
    /// All outlive the publisher; `g.random` is used up by it.
    publisher(group& g, ports::queue& q, ports::store& s, ports::observer& o);

    /// Publishes until cancelled, or until `group_settings::count_max` messages are out.
    async::awaitable<void> run();

    [[nodiscard]] std::uint64_t published() const noexcept { return published_; }

    /// The message that was made and not yet handed over: where the publisher stands, or stood when it was cancelled.
    [[nodiscard]] const core::message* unsent() const noexcept { return unsent_.get(); }

private:
    async::awaitable<void> journal_later(const core::message& m, const ports::draw_record& draw, std::string trouble);
    async::awaitable<std::vector<ports::last_restart>> list_restarted();
    [[nodiscard]] std::shared_ptr<const core::message> make_message(core::target chosen);
    void warn_skipped(const std::string& why);
    [[nodiscard]] std::chrono::nanoseconds next_gap() noexcept;

    group& group_;
    ports::queue& queue_;
    ports::store& store_;
    ports::observer& observer_;
    std::uint64_t published_ = 0;
    std::shared_ptr<const core::message> unsent_;
};

}  // namespace mayhem::pipeline
