#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mayhem::sim {

/// Rare states that must come about now and then, or the simulation has gone blind.
enum class rare_state : std::uint8_t {
    killed_before_journal,  ///< while a message was on its way into the journal
    killed_before_receive,  ///< while a message waited in the queue
    killed_before_act,      ///< between a claim and its act
    killed_before_record,   ///< between an act and its record
    killed_before_ack,      ///< between the record and the queue
    killed_at_start,        ///< before the flow ran
    killed_in_reload,
    killed_in_shutdown,
    killed_running,       ///< none of these three
    killed_in_commit,     ///< inside a call of the disk
    found_after_failure,  ///< a commit that had failed was there in the next life
    found_after_kill,     ///< a commit that was never answered was there in the next life
    lost_lease,
    delivered_again,
    halted_before_act,  ///< a halt came between a handler's guards and its act
    halted_in_resume,   ///< while a resume waited for the record
    late_death,         ///< a target outlived the time to recover, and died then
    breaker_opened,
    breaker_closed,
    refused_by_day_cap,
    refused_by_hour_cap,
    refused_by_healthy,
    refused_as_acted,
    moment_missed,
    clock_set_back,
    full_while_recording,
    store_slower_than_lease,
    group_removed_with_message,  ///< a reload removed a group whose message was in hand
    two_groups_one_target,
    empty_list,
    forced_end,  ///< by a second signal
    ended_by_last_resort,
    drained,
    halt_file_unseen,    ///< it could not be looked at while it was there
    killed_in_span,      ///< while something stood that must be undone
    late_span,           ///< it began to stand when nobody waited for it any more
    came_back_and_died,  ///< a target came back from an act, and did not stay
    somebody_fell,       ///< with a target that went down
    refused_by_reach,
    recovered_slowly,         ///< slower than its own past explains
    slowness_opened_breaker,  ///< so much slower
    taken_over,               ///< somebody stopped a target after an act, and the daemon saw it
    did_not_end,              ///< a target stood on, and that is on record
    holder_was_killed,        ///< of what lasted, while it stood, and the daemon saw it
    fell_unforetold,          ///< somebody fell with a target that no driver had foretold, and that is on record
    was_not_tolerated,        ///< what lasted, and was to be; and that is on record
    was_aborted,              ///< what lasted, by a stop condition; likewise
    did_one_of_several,       ///< what lasts, in a group that has other actions as well
    had_no_effect,            ///< what lasted; and that is on record
    was_stuck,                ///< what lasted could not be ended in its time; and that is on record

    // In a fleet alone.
    fleet_claim_unheard,       ///< a host was given leave to act, and never heard of it
    fleet_leave_unused,        ///< it heard of it, or not, and did not act
    fleet_grant_revoked,       ///< nobody claimed what had been granted
    fleet_host_vanished,       ///< what had been claimed was not settled for so long that it counts as lost
    fleet_left_over,           ///< a new life settled what a former one had claimed
    fleet_claim_halted,        ///< a claim was refused because of a halt
    fleet_halted_after_claim,  ///< a halt came between a claim and its end
    fleet_too_few,             ///< too few stand over all hosts
    fleet_too_many,            ///< too many are down over all hosts
    fleet_breaker,             ///< a decision found the breaker open
    fleet_commits_lost,        ///< the database has forgotten some
    fleet_frozen_after_claim,  ///< a host stood still between a claim and its end
    fleet_stood_aside,         ///< a host followed another plan
};

inline constexpr std::size_t rare_state_count = static_cast<std::size_t>(rare_state::fleet_stood_aside) + 1;

/// Of those that a host has by itself; what a fleet has besides comes after them.
inline constexpr std::size_t host_rare_state_count = static_cast<std::size_t>(rare_state::was_stuck) + 1;

inline constexpr std::array<std::string_view, rare_state_count> rare_state_names{"killed_before_journal",
                                                                                 "killed_before_receive",
                                                                                 "killed_before_act",
                                                                                 "killed_before_record",
                                                                                 "killed_before_ack",
                                                                                 "killed_at_start",
                                                                                 "killed_in_reload",
                                                                                 "killed_in_shutdown",
                                                                                 "killed_running",
                                                                                 "killed_in_commit",
                                                                                 "found_after_failure",
                                                                                 "found_after_kill",
                                                                                 "lost_lease",
                                                                                 "delivered_again",
                                                                                 "halted_before_act",
                                                                                 "halted_in_resume",
                                                                                 "late_death",
                                                                                 "breaker_opened",
                                                                                 "breaker_closed",
                                                                                 "refused_by_day_cap",
                                                                                 "refused_by_hour_cap",
                                                                                 "refused_by_healthy",
                                                                                 "refused_as_acted",
                                                                                 "moment_missed",
                                                                                 "clock_set_back",
                                                                                 "full_while_recording",
                                                                                 "store_slower_than_lease",
                                                                                 "group_removed_with_message",
                                                                                 "two_groups_one_target",
                                                                                 "empty_list",
                                                                                 "forced_end",
                                                                                 "ended_by_last_resort",
                                                                                 "drained",
                                                                                 "halt_file_unseen",
                                                                                 "killed_in_span",
                                                                                 "late_span",
                                                                                 "came_back_and_died",
                                                                                 "somebody_fell",
                                                                                 "refused_by_reach",
                                                                                 "recovered_slowly",
                                                                                 "slowness_opened_breaker",
                                                                                 "taken_over",
                                                                                 "did_not_end",
                                                                                 "holder_was_killed",
                                                                                 "fell_unforetold",
                                                                                 "was_not_tolerated",
                                                                                 "was_aborted",
                                                                                 "did_one_of_several",
                                                                                 "had_no_effect",
                                                                                 "was_stuck",
                                                                                 "fleet_claim_unheard",
                                                                                 "fleet_leave_unused",
                                                                                 "fleet_grant_revoked",
                                                                                 "fleet_host_vanished",
                                                                                 "fleet_left_over",
                                                                                 "fleet_claim_halted",
                                                                                 "fleet_halted_after_claim",
                                                                                 "fleet_too_few",
                                                                                 "fleet_too_many",
                                                                                 "fleet_breaker",
                                                                                 "fleet_commits_lost",
                                                                                 "fleet_frozen_after_claim",
                                                                                 "fleet_stood_aside"};

/// Counts them. A value.
class sometimes {
public:
    void note(rare_state s) noexcept { ++counts_[static_cast<std::size_t>(s)]; }
    [[nodiscard]] std::uint64_t count(rare_state s) const noexcept { return counts_[static_cast<std::size_t>(s)]; }
    [[nodiscard]] const std::array<std::uint64_t, rare_state_count>& counts() const noexcept { return counts_; }
    void add(const sometimes& other) noexcept {
        for (std::size_t i = 0; i < rare_state_count; ++i) {
            counts_[i] += other.counts_[i];
        }
    }

private:
    std::array<std::uint64_t, rare_state_count> counts_{};
};

}  // namespace mayhem::sim
