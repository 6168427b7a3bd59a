#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"
#include "mayhem/ports/store.hpp"
#include "pipeline/acted_incarnations.hpp"
#include "pipeline/group.hpp"
#include "pipeline/guard_check.hpp"
#include "pipeline/lease_keeper.hpp"
#include "pipeline/settings.hpp"
#include "pipeline/settlement.hpp"

namespace mayhem::pipeline {

/// The work on one message: guards, then `save` and `restart` side by side while the lease is kept alive, then the
/// watch for recovery, the record, and the settlement. One handler serves all messages; each runs `handle` in a task of
/// its own.
class message_handler {
public:
    /// All outlive the handler. `groups` are looked up by the name that a message carries.
    message_handler(std::vector<group*> groups, ports::queue& q, ports::store& s, ports::observer& o, lease_keeper& k,
                    handling_settings settings, core::random_source random);

    /// A former life may have acted on this incarnation: it is not acted on again.
    void may_have_acted(const core::message& m) {
        (void)acted_.claim(acted_incarnations::key_of(m));
    }  // twice the same is no news

    /// So much time has gone by since that life that the act would have been seen: it is a target like any other.
    void has_not_acted(const core::message& m) { acted_.release(acted_incarnations::key_of(m)); }

    /// Nothing new is taken from here on: an act that lasts (a pause) ends, so that nobody waits for it.
    void end_what_lasts() noexcept { is_closing_ = true; }

    /// Handles one delivery to its end. Cancelled before the act, it leaves the message unsettled, for the shutdown to
    /// nack. Cancelled after the act, it still records and settles, so that nothing that was done is missing in the
    /// records. `slot` is given back when the handling has ended.
    async::awaitable<void> handle(ports::delivery d, async::semaphore::permit slot);

private:
    /// When an attempt began, for the record, and when the driver was asked to act, from which the recovery is
    /// measured.
    struct beginning {
        core::wall_time attempt;
        async::clock::time_point act;
        acted_incarnations::key incarnation;
    };

    async::awaitable<ports::act_result> restart(const ports::delivery& d, group& g);
    async::awaitable<void> refuse(const ports::delivery& d, core::wall_time started_at, core::guard by);
    async::awaitable<void> conclude(const ports::delivery& d, group& g, beginning began,
                                    const async::settled<void>& saved, const async::settled<ports::act_result>& acted,
                                    const lease_keeper::hold& lease);

    // Not coroutines: the facts are large, and would stay in the frame of every handler.
    [[nodiscard]] std::optional<core::guard> refuse_at_once(const ports::delivery& d, const group* g,
                                                            acted_incarnations::key incarnation) const;
    async::awaitable<std::optional<core::guard>> ask_guards(const ports::delivery& d, group& g,
                                                            acted_incarnations::key incarnation, group_state::act& act);
    [[nodiscard]] core::guard_facts known_of(const ports::delivery& d, const group* g,
                                             acted_incarnations::key incarnation) const;
    [[nodiscard]] bool is_halted() const noexcept { return settings_.halt != nullptr && settings_.halt->is_halted(); }
    [[nodiscard]] group* find_group(std::string_view name) const noexcept;
    void note_recovery(const ports::delivery& d, const beginning& began, const ports::act_result& act,
                       std::optional<core::target>&& next, core::outcome& o);
    void judge(const ports::delivery& d, const async::settled<void>& saved,
               const async::settled<ports::act_result>& acted, core::outcome& o);

    std::vector<group*> groups_;
    ports::observer& observer_;
    lease_keeper& leases_;
    guard_check guards_;
    settlement settlement_;
    const handling_settings settings_;
    acted_incarnations acted_;
    bool is_closing_ = false;
};

}  // namespace mayhem::pipeline
