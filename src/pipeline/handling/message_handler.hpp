#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/core/random.hpp"
#include "pipeline/handling/act_verdict.hpp"
#include "pipeline/handling/guard_check.hpp"
#include "pipeline/handling/lease_keeper.hpp"
#include "pipeline/handling/recovery_watch.hpp"
#include "pipeline/handling/settlement.hpp"
#include "pipeline/handling/still_allowed.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/settings.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// The work on one message: guards, then `save` and `restart` side by side while the lease is kept alive, then the
/// watch for recovery, the record, and the settlement. One handler serves all messages; each runs `handle` in a task of
/// its own.
class message_handler {
public:
    /// All outlive the handler. `groups` are looked up by the name that a message carries.
    message_handler(std::vector<group*> groups, const surroundings& s, lease_keeper& k,
                    const handling_settings& settings, core::random_source random);

    /// What a former life left, before it is delivered. What that life may have acted on is left alone for as long as
    /// its group is given to recover, and no longer: otherwise whatever it had in hand when it died would never be
    /// restarted again. The rest is on record before it is acted on: of a message that went back to the journal, that
    /// says that it was not.
    void take_over(const std::vector<ports::unfinished_message>& unfinished, async::clock::time_point now);

    /// Nothing new is taken from here on: an act that lasts (a pause) ends, so that nobody waits for it.
    void end_what_lasts() noexcept { is_closing_ = true; }

    /// Handles one delivery to its end. Cancelled before the act, it leaves the message unsettled, for the shutdown to
    /// nack. Cancelled after the act, it still records and settles, so that nothing that was done is missing in the
    /// records. `slot` is given back when the handling has ended.
    async::awaitable<void> handle(ports::delivery d, async::semaphore::permit slot);

    /// At the end, after all handlers: one more try at what could not be recorded.
    async::awaitable<void> record_rest() { return settlement_.record_rest(); }

    /// What a former life, or a former flow, may have acted on.
    void doubt(const std::vector<ports::acted_target>& acted_on, async::clock::time_point now);

    /// Whether somebody may have acted because of this message, in this life or a former one, without its being on
    /// record: it must not go back to the journal as if nothing had been done.
    [[nodiscard]] bool may_have_acted(const core::uuid& message) const { return in_doubt_.contains(message); }

private:
    /// From the claim to the record. However it ends, by an exception too: unless it was closed, its message is in
    /// doubt.
    class open_act {
    public:
        open_act(std::set<core::uuid>& in_doubt, const core::message& m) noexcept : in_doubt_(&in_doubt), message_(m) {}
        ~open_act() {
            if (in_doubt_ != nullptr) {
                in_doubt_->insert(message_.id);
            }
        }
        open_act(const open_act&) = delete;
        open_act& operator=(const open_act&) = delete;

        /// It is on record, or it is known that nothing was done.
        void close() noexcept { in_doubt_ = nullptr; }

    private:
        std::set<core::uuid>* in_doubt_;
        const core::message& message_;
    };

    /// When an attempt began, for the record, and when the act did, from which the recovery is measured: with the
    /// go-ahead, for until then a driver may wait long; and what came of it.
    struct beginning {
        ports::driver& by;
        core::wall_time attempt;
        async::clock::time_point act;
        async::clock::time_point answered;  ///< by the driver; the record may come later
        acted_incarnations::key incarnation;
        act_end how;
        act_verdict verdict;
        const core::reach* foretold;  ///< who goes down with the target; null: nobody, as far as is known
        const bystanders& beside;
    };

    /// Who acts, and what was taken before; outlives the act.
    struct permission {
        ports::driver& by;
        const place& taken;
        const lease_keeper::hold& lease;
    };

    /// Takes the right to act, unless a guard refuses. Nothing, and the lease is not lost: the incarnation is this
    /// message's to act on.
    [[nodiscard]] std::optional<core::guard> claim(const core::message& m, const group* g,
                                                   acted_incarnations::key incarnation, const lease_keeper::hold& lease,
                                                   std::optional<core::guard> refused_by);

    /// Throws `core::restart_failed` when nothing was done, and a cancellation.
    async::awaitable<ports::act_result> restart(const ports::delivery& d, group& g, permission p,
                                                go_ahead_given& given);
    [[nodiscard]] async::awaitable<ports::act_result> begin_act(const ports::delivery& d, group& g, ports::driver& by,
                                                                const ports::go_ahead& may_act);
    /// What lasts.
    async::awaitable<ports::act_result> hold(const ports::delivery& d, group& g, const ports::driver& by,
                                             ports::lasting& of, const ports::go_ahead& may_act);
    void tell_act(const ports::delivery& d, const ports::driver& by, const core::span_facts* lasted);
    [[nodiscard]] async::settled<ports::act_result> break_off(const ports::delivery& d,
                                                              async::settled<ports::act_result> failed,
                                                              go_ahead_given& given);

    /// Ends an attempt in which nothing was done: a guard refused, for the record with `why`, or else the lease was
    /// lost.
    async::awaitable<void> leave(const ports::delivery& d, core::wall_time started_at,
                                 std::optional<core::guard> refused_by, std::string why);
    async::awaitable<void> conclude(const ports::delivery& d, group& g, const beginning& began,
                                    const async::settled<void>& saved, const async::settled<ports::act_result>& acted,
                                    const lease_keeper::hold& lease, open_act& open);

    [[nodiscard]] group* find_group(std::string_view name) const noexcept;
    void doubt(std::string_view of, const core::target& t, async::clock::time_point now);
    /// The record may say that it was not acted on: then it must say otherwise before it is.
    [[nodiscard]] bool must_be_on_record_first(const ports::delivery& d);
    void note_recovery(const ports::delivery& d, const ports::act_result& act, const sighting& seen,
                       core::recovery_end end, core::outcome& o);
    void note_end(const ports::delivery& d, const async::settled<void>& saved,
                  const async::settled<ports::act_result>& acted, bool is_lease_lost, core::outcome& o);

    const surroundings to_;
    std::vector<group*> groups_;
    lease_keeper& leases_;
    guard_check guards_;
    settlement settlement_;
    bool is_closing_ = false;
    std::set<core::uuid> put_back_;  ///< by a former life, and not yet begun by this one
    std::set<core::uuid> in_doubt_;
};

}  // namespace mayhem::pipeline
