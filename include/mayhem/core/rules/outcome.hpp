#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/rules/reach_watch.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/core/rules/usual_recovery.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// How one attempt at a message ended.
enum class verdict {
    recovered,      ///< restarted, and a new incarnation runs
    not_recovered,  ///< restarted, but nothing came back in time: a finding, not an error
    unstable,       ///< restarted, came back, and fell again before it was stable: a finding as well
    not_tolerated,  ///< it stood, and the probe had to pass meanwhile and did not; then it came back: a finding as well
    aborted,        ///< it stood, and the group's `stop_if` ended that; then it came back: a finding as well
    no_effect,  ///< it stood, and no effect of it was seen to its end; the target is there: nothing was put to the test
    fault_stuck,     ///< it stood, and could not be ended in its time, whatever became of the target: a finding
    taken_over,      ///< restarted, and then somebody else stopped or removed it on purpose: no failure of anybody's
    not_ended,       ///< told to end, and it still stood when its time was over: no restart, and no word on recovery
    unwatched,       ///< restarted, but the daemon was stopped before it could see the recovery
    refused,         ///< a guard said no; nothing was touched
    restart_failed,  ///< the driver could not do it
    save_failed,     ///< restarted, but the record of it could not be written
    cancelled,       ///< cut in the middle: the daemon was killed, or nobody knows any more
    lease_lost,      ///< nothing was done, and the queue gave the message to somebody else meanwhile
    stopped,         ///< the daemon was stopped before the act: nothing was done
};

/// All of them, in that order.
inline constexpr std::array all_verdicts{
    verdict::recovered,   verdict::not_recovered, verdict::unstable,    verdict::not_tolerated,
    verdict::aborted,     verdict::no_effect,     verdict::fault_stuck, verdict::taken_over,
    verdict::not_ended,   verdict::unwatched,     verdict::refused,     verdict::restart_failed,
    verdict::save_failed, verdict::cancelled,     verdict::lease_lost,  verdict::stopped};

/// May the target have been acted on in an attempt that ended so? The one answer for everybody: what may have been
/// acted on is not acted on again, and counts as a restart within the limits.
[[nodiscard]] constexpr bool may_have_acted(verdict v) noexcept {
    switch (v) {
        case verdict::recovered: return true;      // a newer incarnation was seen: the old one is gone
        case verdict::not_recovered: return true;  // acted on, and down ever since; in doubt, it counts as acted on
        case verdict::unstable: return true;       // a newer incarnation was seen, and fell by itself
        case verdict::not_tolerated: return true;  // it stood, and was seen again after it
        case verdict::aborted: return true;        // likewise
        case verdict::no_effect: return true;  // likewise; that it did nothing to the target is only as far as was seen
        case verdict::fault_stuck: return true;  // it stood, and may stand still
        case verdict::taken_over: return true;   // acted on, and stopped after that
        case verdict::not_ended: return true;    // acted on, in vain so far: it may still obey
        case verdict::unwatched: return true;    // acted on; only what came of it is unknown
        case verdict::refused: return false;     // a guard, or the driver itself, said no before anything was touched
        case verdict::restart_failed: return false;  // the driver says that it could not
        case verdict::save_failed: return true;      // acted on; only the record came late
        case verdict::cancelled: return true;        // it was cut, and nobody was left to say where
        case verdict::lease_lost: return false;      // what was acted on keeps its own verdict
        case verdict::stopped: return false;         // the shutdown knew that the act had not begun
    }
    return true;  // a verdict that nobody knows: rather one restart too few
}

/// Is the incarnation that was acted on gone, as far as was seen in an attempt that ended so (a newer one was there, or
/// it was stopped)? Then nobody can act on it again.
[[nodiscard]] constexpr bool is_seen_to_be_gone(verdict v) noexcept {
    return v == verdict::recovered || v == verdict::unstable || v == verdict::not_tolerated || v == verdict::aborted ||
           v == verdict::no_effect || v == verdict::taken_over;
}

/// Was the target restarted in an attempt that ended so, as far as is known? What was acted on and has not ended was
/// not. One that was cut may have been, and counts by itself.
[[nodiscard]] constexpr bool counts_as_restart(verdict v) noexcept {
    return may_have_acted(v) && v != verdict::not_ended && v != verdict::cancelled;
}

/// The guards, in the order in which they are asked. The names are stable: records and metrics carry them.
enum class guard {
    halted,
    expired,
    outside_hours,
    excluded_day,
    too_near_the_end,  ///< what is to last would outlast the hours or the day
    protected_target,
    not_opted_in,
    already_restarted,
    too_young,
    rested_too_little,
    too_few_healthy,
    too_many_at_once,
    daily_limit,
    hourly_limit,
    breaker_open,
    unsteady,
    out_of_reach,
    dry_run,

    // Not asked before an act: the driver itself says so, at the act.
    would_stay_dead,      ///< nothing would bring it back
    busy,                 ///< somebody else is at it just now
    span_under_way,       ///< what lasts stands on this host already
    shares_its_cgroup,    ///< what is done to its packets would be done to those of others
    no_effect_possible,   ///< what the group does would not reach it
    has_runtime_setting,  ///< somebody has set what is to be changed, until the next boot: it is not ours to put back

    // Not asked before an act: the fleet says so, right before it.
    no_fleet,      ///< what the hosts agree on cannot be asked, or this host takes no part in it now
    no_permit,     ///< the fleet's leave is not there, is no longer there, or was given too long ago
    other_config,  ///< the fleet follows another plan than this host

    // Not asked before an act: no message was made at all (`skip`).
    missed,     ///< the moment was noticed too late
    unlisted,   ///< the targets could not be listed
    no_target,  ///< the list was empty
};

/// So many of them, from the first on, refuse an act; and so many there are.
inline constexpr std::size_t refusing_guards = static_cast<std::size_t>(guard::other_config) + 1;
inline constexpr std::size_t guard_count = static_cast<std::size_t>(guard::no_target) + 1;

/// What then became of the message.
enum class disposition {
    acked,          ///< done with
    nacked,         ///< to be redelivered, not before `outcome::retry_at`
    dead_lettered,  ///< `max_attempts` reached: kept with its errors, never redelivered
};

/// What happened between an act and its recovery, each counted from the act and as far as the driver can tell.
struct recovery_stages {
    std::optional<duration> stopped;  ///< the old incarnation had ended
    std::optional<duration> started;  ///< the new one that stayed had begun, ready or not

    friend bool operator==(const recovery_stages&, const recovery_stages&) = default;
};

/// The record of one attempt.
struct outcome {
    core::verdict verdict = core::verdict::cancelled;
    core::disposition disposition = core::disposition::nacked;
    std::optional<guard> refused_by;  ///< set exactly when `verdict` is `refused`
    int attempt = 1;                  ///< counted from 1
    wall_time started_at{};
    wall_time ended_at{};
    std::optional<duration> recovery;   ///< from the act to the new incarnation that stayed, or how long none did
    recovery_stages stages{};           ///< on the way there, as far as they are known
    std::string incarnation_after;      ///< empty when unknown
    std::string error;                  ///< what went wrong, for a person; empty when nothing did
    std::optional<wall_time> retry_at;  ///< set exactly when `disposition` is `nacked`
    std::shared_ptr<const span_facts> span{};  ///< of what lasted, and stood; null: it was an act of an instant
    std::vector<fate> fates{};  ///< of those who were to go down with the target, as far as they were watched
    std::string opens_breaker;  ///< why the group's breaker opens with this; empty: it does not

    // Of a recovery that was seen, how it compares with the past of its target.
    std::string_view act{};            ///< what was done (`driver::act`), of static storage
    duration not_before{};             ///< the last look before `recovery` that did not see it
    std::optional<core::pace> pace{};  ///< nothing: it was not asked, since it cannot be slow
    duration usual{};                  ///< p50 of the past; zero: not known

    /// Nothing: it was not slow, as far as is known.
    [[nodiscard]] std::optional<slow_recovery> slower() const noexcept {
        if (pace != pace::slow || !recovery) {
            return std::nullopt;
        }
        return slow_recovery{.usual = usual, .factor = times_usual(*recovery, usual)};
    }
};

/// Stable names, used in records, metrics and JSON: "recovered", "already_restarted", "nacked", ...
/// (`guard::protected_target` is "protected").
std::string_view to_string(verdict v) noexcept;
std::string_view to_string(guard g) noexcept;
std::string_view to_string(disposition d) noexcept;

/// The inverse; nothing for a name that is none.
std::optional<verdict> parse_verdict(std::string_view name) noexcept;
std::optional<guard> parse_guard(std::string_view name) noexcept;
std::optional<disposition> parse_disposition(std::string_view name) noexcept;

}  // namespace mayhem::core
