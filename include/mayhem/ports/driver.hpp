#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/rules/end_seen.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/passing.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/ports/action.hpp"
#include "mayhem/ports/go_ahead.hpp"

namespace mayhem::ports {

/// What became of a request to restart one incarnation.
struct act_result {
    /// Nothing: the act was carried out. Otherwise why it was not: `already_restarted` (the target is another
    /// incarnation by now, or gone), `not_opted_in` (it does not match the selector any more), `protected_target`,
    /// `would_stay_dead` (nothing would bring it back), `busy` (somebody else is at it), `unsteady` (it is not well),
    /// or the guard of the go-ahead.
    std::optional<core::guard> refused_by{};

    /// For a person: why it was refused, or why what was acted on may not recover. Goes into the record unless the
    /// target recovers.
    std::string trouble{};

    /// It was asked for, and nobody answered: it counts as carried out, so that it is not done twice, but it may not
    /// have been. What still stands an hour later counts as not touched.
    bool is_in_doubt = false;

    /// For a person: in what the act differs from what was to be done (a pause that had to end early); null: in
    /// nothing. Goes into the record whatever comes of it. Behind a pointer, because hardly any act has one, and what
    /// an act has come to is moved on many times.
    std::shared_ptr<const std::string> remark{};

    /// Of an act that lasted, and stood; null of any other.
    std::shared_ptr<const core::span_facts> span{};
};

/// What a look at a target right before an act that lasts has found.
struct held_target {
    std::optional<undo_note> note{};  ///< what will undo it; nothing: it is refused
    act_result refusal{};             ///< then
};

/// The side of a driver whose group's act lasts: says on whom, and on which terms; what is done is the `action`'s that
/// the note names. Outlives whatever it holds.
class lasting {
public:
    virtual ~lasting() = default;

    [[nodiscard]] virtual const core::span_terms& terms() const noexcept = 0;

    /// Looks whether `t` is still that incarnation and may be hit. Throws as `driver::restart`.
    virtual async::awaitable<held_target> hold(const core::target& t) = 0;

    /// It has stood on `t`, or may have: from now on the target is another incarnation, although it lives on, so that
    /// no message is carried out twice.
    virtual void note_stood(const core::target& t) = 0;
};

/// The side of a driver that knows what stands around its targets. Outlives whatever asks it.
class neighbourhood {
public:
    virtual ~neighbourhood() = default;

    /// Of each of these targets, in their order: who stands now and would go down with it, transitively. What cannot be
    /// looked up, or not within the driver's own limit, is said so in it. Throws nothing but a cancellation.
    virtual async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) = 0;

    /// Of each of these neighbours, in their order: the incarnation in which it stands now, empty if it does not.
    /// Nothing: that cannot be told. Throws nothing but a cancellation.
    virtual async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) = 0;
};

/// What one look at a target that was acted on, and has no successor now, has found.
struct departure {
    core::passing is = core::passing::unknown;  ///< whether the incarnation that was acted on has ended
    core::end_seen end{};                       ///< how the target ended, and so whose doing it is

    /// For a person, about a target that is not back: "pid 812 still runs, and ignores SIGTERM: use signal = \"KILL\"",
    /// "pid 812 has ended, and nothing like it has started since". Empty when there is nothing to say.
    std::string seen{};
};

/// The side of a driver that can tell what has become of what it acted on: whether it has ended, and whose doing it is
/// that it does not stand. Outlives whatever asks it.
class aftermath {
public:
    virtual ~aftermath() = default;

    /// One look at the incarnation `t`, on which `restart` has acted and after which nothing stands. Throws
    /// `core::unseen` if it cannot look, or not within the driver's own limit, and nothing else but a cancellation.
    virtual async::awaitable<departure> departure_of(core::target t) = 0;

    /// Whether `departure::end` may say anything. Only then is it worth a look before the time for the recovery is up.
    [[nodiscard]] virtual bool tells_whose_doing() const noexcept { return false; }

    /// When `t` had ended, at the latest, as far as the looks for its successor have shown; costs nothing.
    [[nodiscard]] virtual std::optional<async::clock::time_point> ended_at(const core::target& /*t*/) const {
        return std::nullopt;
    }
};

/// What makes two targets of this host one and the same life.
enum class target_scope : std::uint8_t {
    incarnation,  ///< the incarnation alone, which no other life has: not even one of another kind of driver
    kind,         ///< id and incarnation, among all groups of this kind of driver
    group,        ///< id and incarnation within one group: another one has targets of its own
};

/// Knows one kind of target. An instance serves one group and holds that group's selector.
/// Used on the loop's thread only. Every call may be cancelled (`terminal`). A `restart` that ends cancelled has
/// not touched the target; once it has begun to act it returns, so that what was done goes on record.
class driver {
public:
    virtual ~driver() = default;

    /// "process", "systemd", "docker", ...: stable, as in the config file; status and target lists carry it.
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;

    /// What is done to the targets of this group ("restart", "kill", ...), of static storage: how long they take to
    /// come back is held against their past after the same.
    [[nodiscard]] virtual std::string_view act() const noexcept { return "restart"; }

    /// Whether another group may list the same targets, and how that is told: no life is acted on twice, whichever
    /// groups select it.
    [[nodiscard]] virtual target_scope scope() const noexcept { return target_scope::kind; }

    /// The targets that exist now and match the group's selector, at most 10,000. Whatever keeps it from telling them,
    /// more than 10,000 that match included, is `core::targets_unlisted`: nothing else is thrown but a cancellation.
    /// Has no limit of its own in time: ask through `pipeline::list_targets`.
    virtual async::awaitable<std::vector<core::target>> list() = 0;

    /// Of those targets that the config names one by one, so many were there and did not stand when they were last
    /// listed: they are of the group all the same.
    [[nodiscard]] virtual std::size_t absent() const noexcept { return 0; }

    /// Null: its targets stand alone, as far as it can know.
    [[nodiscard]] virtual neighbourhood* neighbours() noexcept { return nullptr; }

    /// Null: nobody can tell what has become of what was acted on, or its end goes without saying.
    [[nodiscard]] virtual aftermath* afterwards() noexcept { return nullptr; }

    /// Set: what is done to the targets of this group lasts, and `restart` is never called.
    [[nodiscard]] virtual lasting* lasts() noexcept { return nullptr; }

    /// Acts on exactly `t.incarnation`, or not at all. Asks `may_act` right before what cannot be undone, when nothing
    /// is left to wait for; it outlives the call. Returns once the act is done; recovery is watched separately.
    ///
    /// Throws `core::restart_failed` when nothing was done, so that the next attempt may, and nothing else but a
    /// cancellation. From the moment at which something may have been done it throws neither: it returns, in doubt if
    /// nobody knows.
    virtual async::awaitable<act_result> restart(const core::target& t, const go_ahead& may_act) = 0;

    /// One look: the incarnation of `t.id` that runs now, is ready, and is newer than `t.incarnation`, with when it
    /// started, as far as the driver can tell; nothing if there is none yet. Throws `core::unseen` if it cannot look,
    /// and nothing else but a cancellation.
    virtual async::awaitable<std::optional<core::target>> successor(const core::target& t) = 0;
};

}  // namespace mayhem::ports
