#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/undo_notes.hpp"
#include "pipeline/model/span_watch.hpp"
#include "pipeline/model/undo_keeper.hpp"

namespace mayhem::pipeline {

/// Carries out what lasts, and sees to it that it ends: after its time, when it must (a halt, the end of the hours, a
/// reload), when it is cancelled, when whoever ends it is away for a while, and, through the notes on disk, after a
/// crash of Mayhem. One for the daemon's life: what stands does not depend on the config that a reload replaces. The
/// loop's thread only.
class span_keeper {
public:
    using teller = undo_keeper::teller;
    using stuck_teller = undo_keeper::stuck_teller;
    using actions = undo_keeper::actions;

    /// `known`: who ends what a former life has begun, and what is carried out. `tell` is for a person: what was
    /// ended, or could not be yet. `tell_stuck`: of what a former life has left, and cannot be ended; may be empty.
    /// All of it outlives the keeper.
    span_keeper(ports::undo_notes& notes, actions known, teller tell, stuck_teller tell_stuck = {});

    /// Does to `t` what `of` does, for as long as it says and `may_act` allows, and ends it; returns when that is done,
    /// or left to `run`. One at a time on this host, and none while one that should have ended cannot be ended:
    /// `span_under_way`. Throws as `ports::driver::restart`.
    async::awaitable<ports::act_result> carry_out(ports::lasting& of, core::target t, const ports::go_ahead& may_act,
                                                  span_onlooker looks = {});

    /// Ends what a former life has left, and what could not be ended in time, until cancelled. Spawned once.
    async::awaitable<void> run() { return undo_.run(); }

    /// What stands, or may stand.
    struct standing_span {
        ports::undo_note note;
        std::string done;                        ///< to the subject: "frozen"
        std::optional<core::wall_time> since{};  ///< nothing: it is left over, and should have ended
        std::optional<core::wall_time> until{};  ///< likewise
        std::string effect{};                    ///< as it was seen, so far
        std::string how_to_see{};                ///< the command that shows it
        std::string stuck{};                     ///< why it cannot be ended, and what ends it; empty: no such trouble
    };
    [[nodiscard]] std::vector<standing_span> standing() const;

private:
    using ending = undo_keeper::ending;
    using subject = undo_keeper::subject;
    [[nodiscard]] static subject subject_of(const ports::undo_note& n) { return undo_keeper::subject_of(n); }

    /// How it came that it stands no more, and for how long it stood.
    struct course {
        core::span_facts facts;
        std::optional<std::string> why_early{};
    };

    async::awaitable<ports::act_result> begin_and_end(ports::lasting& of, core::target t,
                                                      const ports::go_ahead& may_act, span_onlooker looks);
    [[nodiscard]] std::optional<ports::act_result> refuse_a_second(const ports::undo_note& n) const;
    async::awaitable<course> stand(ports::undo_note n, core::target t, std::chrono::nanoseconds length,
                                   const ports::go_ahead& may_act, span_onlooker looks);

    /// From now on it stands.
    void tell_standing(standing_span& s, std::chrono::nanoseconds length, std::string effect) const;
    async::awaitable<ports::act_result> end_in_time(ports::undo_note n, course c);
    async::awaitable<ports::act_result> end_doubtful(ports::lasting& of, core::target t, ports::undo_note n,
                                                     ports::action::beginning b);

    const teller tell_;
    undo_keeper undo_;
    std::map<subject, standing_span> begun_;  ///< by this life, and not yet to be ended
};

}  // namespace mayhem::pipeline
