#pragma once

#include <memory>
#include <vector>

#include "sim/judge/promise.hpp"

namespace mayhem::sim {

/// A halt holds so long after it was answered, at the latest; and a clock that was set so short a time ago may show
/// either.
inline constexpr core::duration effect_within = std::chrono::seconds{1};

/// What a host of a fleet is let do, it does within this time.
inline constexpr core::duration permit_lasts = std::chrono::milliseconds{300};

/// Whoever stands still does so for less than this.
inline constexpr core::duration stands_still_for = std::chrono::minutes{4};

/// From a moment to its message on record, in a world without troubles, at most.
inline constexpr core::duration journal_within = std::chrono::minutes{2};

using a_promise = std::unique_ptr<promise>;

// What must hold after every event.

/// An incarnation is hit by one act at most, in all lives and on all hosts. Several hits of one act are one.
a_promise acts_once(const known_world& w, findings& f);

/// What is hit is what was meant, it lives then, and a durable message has named it before.
a_promise right_target(const known_world& w, findings& f);

/// No act begins more than a second after a halt that was answered and not lifted (see `latch`).
a_promise holds_when_halted(const known_world& w, findings& f);

/// An act begins within the hours and days of its group, and before its message expires.
a_promise keeps_hours(const known_world& w, findings& f);

/// The acts that took effect in a group's local hour and day are at most `max_per_hour` and `max_per_day`.
a_promise keeps_caps(const known_world& w, findings& f);

/// At most `max_unavailable` members of a group are under way: hit and not healthy again within `recovery_timeout`.
a_promise few_at_once(const known_world& w, findings& f);

/// An act leaves `min_healthy` members, as far as the last truthful list shows: of its own guards, or of anybody.
a_promise enough_healthy(const known_world& w, findings& f);

/// An act begins on what is at least `min_age` old, and `min_rest` after the group hit that target last.
a_promise lets_rest(const known_world& w, findings& f);

/// What came back from an act, and who came back of those that fell with its target, is left alone, by all groups,
/// while it is watched whether the target stays.
a_promise lets_settle(const known_world& w, findings& f);

/// No act, and nothing in an act's reach, touches what is protected.
a_promise spares_protected(const known_world& w, findings& f);

/// No act takes down who is not of its group, unless the group says that it may.
a_promise spares_strangers(const known_world& w, findings& f);

/// No act begins in a group whose breaker is open.
a_promise respects_breaker(const known_world& w, findings& f);

/// A message is of a moment of the plan, of one only, and not late; or somebody asked for it. No act is in a group that
/// there is not.
a_promise follows_plan(const known_world& w, findings& f);

/// A dry run acts on nothing.
a_promise dry_run_is_dry(const known_world& w, findings& f);

/// Each fault that stands has somebody who undoes it, and stands no longer than it may.
a_promise faults_are_owned(const known_world& w, findings& f);

/// What the operator is told of the halt, the breakers and the dry run is true.
a_promise answers_are_true(const known_world& w, findings& f);

/// Of a fleet: an act in a group that hosts share begins by a claim of its host that is on record, within
/// `permit_lasts` of it; and each claim is of what was granted to that host, and the only one.
a_promise acts_by_claim(const known_world& w, findings& f);

/// Of a fleet: hosts do not both act for one moment of a group that they share.
a_promise one_host_a_moment(const known_world& w, findings& f);

/// Of a fleet: no act in a group that hosts share begins later than `permit_lasts` after a halt that is on record.
a_promise holds_when_fleet_halted(const known_world& w, findings& f);

/// Of a fleet: over all hosts, an act leaves `min_healthy`, and is within `max_per_hour` and `max_per_day`.
a_promise fleet_limits_hold(const known_world& w, findings& f);

// What must have come to its end when a calm phase is over, if it began `phase_begins::within` before.

/// Each message is acked or dead-lettered, and on record.
a_promise messages_are_settled(const known_world& w, findings& f);

/// Each moment of the plan after the first message of the group, or `journal_within`, is on record once: with a
/// message, or as skipped; those while the daemon was down as well.
a_promise moments_are_on_record(const known_world& w, findings& f);

/// Each fault was undone.
a_promise faults_are_undone(const known_world& w, findings& f);

/// The record says of each act what became of it, and that it cannot know only if it cannot.
a_promise record_is_true(const known_world& w, findings& f);

/// Who fell with a target, though nobody had foretold it, is on record with the act, if its group lists its targets for
/// its guards; and whoever is on record like that fell, by no act.
a_promise falls_are_told(const known_world& w, findings& f);

/// Each recovery is called slow, creeping or usual as its past on record has it, by a computation of the judge's own;
/// and one that is slow opens its group's breaker when the group says so, and only then.
a_promise slowness_is_told(const known_world& w, findings& f);

/// What the record says of an act that lasted is true: for how long it stood, and that its holder was killed.
a_promise spans_are_told(const known_world& w, findings& f);

/// What stands on a target is ended within three seconds of its group's stop condition, if the daemon lives.
a_promise stops_when_red(const known_world& w, findings& f);

/// Whoever is told to stop ends within its grace, with status 0 and no task left, or with 75; whoever is told twice,
/// with 128 and the signal, too. In a storm as well.
a_promise ends_in_time(const known_world& w, findings& f);

/// The loop never waits for nothing.
a_promise never_deadlocks(const known_world& w, findings& f);

/// A group with moments in the calm phase has made a message for one of them.
a_promise goes_on(const known_world& w, findings& f);

/// Of a fleet: a group that hosts share has a decision in the calm phase, if it has a moment there.
a_promise fleet_decides(const known_world& w, findings& f);

/// The daemon says that it is ready.
a_promise is_ready(const known_world& w, findings& f);

/// A halt by command is answered within a second, whatever is in trouble but the store. In a storm as well.
a_promise halts_at_once(const known_world& w, findings& f);

/// A message that is in hand is not delivered again, unless the queue has lost its lease; one that was settled for good
/// never is, also to the next life. In a storm as well.
a_promise leases_hold(const known_world& w, findings& f);

/// All of them. Both arguments must outlive them.
[[nodiscard]] std::vector<a_promise> make_promises(const known_world& w, findings& f);

}  // namespace mayhem::sim
