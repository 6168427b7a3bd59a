#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"
#include "mayhem/ports/undo_notes.hpp"

namespace mayhem::pipeline {

/// Who looks at a target while something stands on it: the probe at once, and so long after each answer. Null: nobody.
/// Lives as long as what stands.
struct span_onlooker {
    ports::probe* probe = nullptr;
    std::chrono::nanoseconds every = std::chrono::seconds{1};
    std::function<void(std::string_view effect)> when_it_stands{};  ///< is told so; none: nobody
};

/// Carries out what lasts, and sees to it that it ends: after its time, when it must (a halt, the end of the hours, a
/// reload), when it is cancelled, when whoever ends it is away for a while, and, through the notes on disk, after a
/// crash of Mayhem. One for the daemon's life: what stands does not depend on the config that a reload replaces. The
/// loop's thread only.
class span_keeper {
public:
    using teller = std::function<void(std::string_view)>;
    using actions = std::span<const std::unique_ptr<ports::action>>;

    /// `known`: who ends what a former life has begun, and what is carried out. `tell` is for a person: what was
    /// ended, or could not be yet. All of it outlives the keeper.
    span_keeper(ports::undo_notes& notes, actions known, teller tell);

    /// Does to `t` what `of` does, for as long as it says and `may_act` allows, and ends it; returns when that is done,
    /// or left to `run`. One at a time on this host, and none while one that should have ended cannot be ended:
    /// `span_under_way`. Throws as `ports::driver::restart`.
    async::awaitable<ports::act_result> carry_out(ports::lasting& of, core::target t, const ports::go_ahead& may_act,
                                                  span_onlooker looks = {});

    /// Ends what a former life has left, and what could not be ended in time, until cancelled. Spawned once.
    async::awaitable<void> run();

    /// What stands, or may stand.
    struct standing_span {
        ports::undo_note note;
        std::string done;                        ///< to the subject: "frozen"
        std::optional<core::wall_time> since{};  ///< nothing: it is left over, and should have ended
        std::optional<core::wall_time> until{};  ///< likewise
        std::string effect{};                    ///< as it was seen
        std::string how_to_see{};                ///< the command that shows it
    };
    [[nodiscard]] std::vector<standing_span> standing() const;

private:
    enum class ending { undone, was_not_there, may_still_come };

    struct left_span {
        ports::undo_note note;
        async::clock::time_point in_doubt_until{};  ///< so long it may still come
        bool is_only_noted = false;                 ///< it was never asked for, or was refused
    };

    /// What it is about.
    using subject = std::pair<std::string, std::string>;
    [[nodiscard]] static subject subject_of(const ports::undo_note& n) { return {n.action, n.subject}; }

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

    /// Before it begins: returns once it is on record; then `release` or `forget` follows. Throws
    /// `core::restart_failed`.
    async::awaitable<void> hold(ports::undo_note n);

    /// Ends it, and strikes it off the record. Throws `core::undo_failed` when that was not possible within some
    /// seconds; then `run` goes on trying. In a clean-up.
    async::awaitable<ending> release(ports::undo_note n, std::chrono::seconds doubt_lasts);

    /// It was nothing after all: strikes it off the record and does not look at the subject, which somebody else may
    /// have done the same to. Where that fails, `run` goes on. One before that is still looked after stays on record.
    async::awaitable<void> forget(ports::undo_note n);

    /// From now on it stands.
    void tell_standing(standing_span& s, std::chrono::nanoseconds length, std::string effect) const;
    async::awaitable<ports::act_result> end_in_time(ports::undo_note n, course c);
    async::awaitable<ports::act_result> end_doubtful(ports::lasting& of, core::target t, ports::undo_note n,
                                                     ports::action::beginning b);

    async::awaitable<void> load();
    async::awaitable<void> try_all();
    async::awaitable<void> try_once(left_span s, bool& is_over);
    async::awaitable<ending> end(left_span s);
    async::awaitable<void> strike_off(ports::undo_note n);
    void leave(left_span s);
    [[nodiscard]] bool is_left(const ports::undo_note& n) const;
    [[nodiscard]] ports::action* find(std::string_view name) const noexcept;

    ports::undo_notes& notes_;
    const actions known_;
    const teller tell_;
    async::semaphore turn_{1};                ///< at the notes
    std::set<subject> held_;                  ///< somebody is at work on them, and nobody else is
    std::list<left_span> left_;               ///< nobody is
    std::map<subject, standing_span> begun_;  ///< by this life, and not yet to be ended
    std::set<subject> troubled_;              ///< of whom a trouble has been told
    async::event has_left_;
};

}  // namespace mayhem::pipeline
