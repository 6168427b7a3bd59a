#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/ports/victims.hpp"
#include "pipeline/making/plan_follower.hpp"
#include "pipeline/making/skipped_moments.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// Makes the messages of one group: waits for the moment, lists the targets, draws one, journals the message, and only
/// then hands it to the queue. A trouble with the driver costs that one moment, which stands on record as skipped if it
/// was planned; a trouble with the store holds the publishing back until the journal can be written again, because
/// nothing may be done that is not on record.
///
/// A group with a plan follows it: it sleeps until the next moment, and looks at the calendar again when that has
/// jumped (`surroundings::jumps`), also when it jumped while a message was being made. As a belt it looks every hour in
/// any case; every half tolerance (within 1 s to 1 min) where jumps go unnoticed, and while something is left to be
/// recorded. All groups do so at the same time, so that they wake the loop together. What is missed meanwhile, while
/// the store cannot be written, or since a former life followed the same plan, is recorded as missed, at most once a
/// second. A moment whose message is on record already was published by a former life, and is left to that message.
class publisher {
public:
    /// `g` outlives the publisher; `g.random` is used up by it.
    publisher(group& g, const surroundings& s) : group_(g), to_(s), skipped_(g.settings.name, s.plans, s.observer) {}

    /// Publishes until cancelled, or until `group_settings::count_max` messages are out.
    async::awaitable<void> run();

    /// The message that was made and not yet handed over: where the publisher stands, or stood when it was cancelled.
    [[nodiscard]] const core::message* unsent() const noexcept { return unsent_.get(); }

private:
    async::awaitable<void> follow_gaps();
    async::awaitable<void> follow_plan(core::planner& plan);

    /// How long after the last look the next one comes, if nothing is due before.
    [[nodiscard]] std::chrono::nanoseconds look_period(const core::schedule& s) const;

    /// `planned_at`: now, when absent.
    async::awaitable<void> publish_one(std::optional<core::wall_time> planned_at, core::random_source& random);

    /// The same where the hosts of a fleet decide together: a message is made here only if the moment is this host's.
    /// What it misses, the fleet is told with the next moment; on this host's record there is nothing of it.
    async::awaitable<void> take_part(core::planner& plan, const plan_follower::finding& found);

    /// Waits until the last message has ended. One that was refused is taken out of the count again.
    async::awaitable<void> end_of_last();

    /// Journals `unsent_`, whatever that takes, and hands it to the queue, unless it is on record already.
    async::awaitable<void> publish(const ports::draw_record& draw);

    /// The journal could not be written: tries until it is durable; false if it was on record already.
    async::awaitable<bool> journal_later(const core::message& m, const ports::draw_record& draw, std::string trouble);

    async::awaitable<std::vector<ports::last_restart>> list_restarted();

    /// Tells the store which plan is followed from now on; until when a former life followed the same one.
    async::awaitable<std::optional<core::wall_time>> announce(std::string plan, core::wall_time now);

    [[nodiscard]] std::shared_ptr<const core::message> make_message(const core::uuid& id, const core::act& what,
                                                                    core::wall_time planned_at,
                                                                    core::target&& chosen) const;
    [[nodiscard]] bool is_done() const noexcept {
        return group_.settings.count_max != 0 && counted_ >= group_.settings.count_max;
    }

    [[nodiscard]] std::chrono::nanoseconds next_gap() noexcept;

    group& group_;
    const surroundings to_;
    std::uint64_t counted_ = 0;              ///< towards `count_max`
    std::shared_ptr<restart_request> last_;  ///< of a group that takes one message at a time
    std::shared_ptr<const core::message> unsent_;
    skipped_moments skipped_;
    std::vector<ports::shared_moment::missed> missed_;  ///< of which the fleet has not been told
};

}  // namespace mayhem::pipeline
