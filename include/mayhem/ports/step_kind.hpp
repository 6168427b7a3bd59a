#pragma once

#include <string_view>

namespace mayhem::ports {

/// What just happened to a message.
enum class step_kind {
    published,       ///< handed to the queue
    pulled,          ///< received from the queue
    extended,        ///< its lease was renewed, by `step::length`
    saved,           ///< the attempt is on record
    restarted,       ///< the driver has acted
    fault_begun,     ///< what lasts stands, for `step::length` at most: `step::detail` is its effect
    fault_ended,     ///< it stands no more, and has stood for `step::length`
    fault_stuck,     ///< it should stand no more after `step::length`, and cannot be ended: `step::detail`
    restart_failed,  ///< the driver could not act; it will be retried
    failed,          ///< something else went wrong: `step::detail`
    recovered,       ///< a new incarnation runs, `step::length` after the act
    not_recovered,   ///< none came within `step::length`
    unstable,        ///< one came and fell again, and none stayed within `step::length`: `step::detail`
    not_tolerated,   ///< it came back, `step::length` after the end of what it was to tolerate: `step::detail`
    aborted,         ///< it came back, `step::length` after `stop_if` had ended what stood on it: `step::detail`
    no_effect,       ///< it is there, `step::length` after the end of what had no effect on it: `step::detail`
    taken_over,      ///< somebody else stopped or removed it on purpose after the act: `step::detail`
    not_ended,       ///< the old one still stood `step::length` after the act: `step::detail`
    refused,         ///< a guard said no: `step::refused_by`
    breaker_opened,  ///< with how it ended, nothing is restarted in its group any more: `step::detail`
    lease_lost,      ///< the queue gave it to somebody else meanwhile
    acked,           ///< done with
    nacked,          ///< to be delivered again after `step::length`
    dead_lettered,   ///< given up after `step::attempt` attempts
};

/// "published", "dead_lettered", ...: the name by which logs, events and tests call it.
[[nodiscard]] constexpr std::string_view to_string(step_kind k) noexcept {
    switch (k) {
        using enum step_kind;
        case published: return "published";
        case pulled: return "pulled";
        case extended: return "extended";
        case saved: return "saved";
        case restarted: return "restarted";
        case fault_begun: return "fault_begun";
        case fault_ended: return "fault_ended";
        case fault_stuck: return "fault_stuck";
        case restart_failed: return "restart_failed";
        case failed: return "failed";
        case recovered: return "recovered";
        case not_recovered: return "not_recovered";
        case unstable: return "unstable";
        case not_tolerated: return "not_tolerated";
        case aborted: return "aborted";
        case no_effect: return "no_effect";
        case taken_over: return "taken_over";
        case not_ended: return "not_ended";
        case refused: return "refused";
        case breaker_opened: return "breaker_opened";
        case lease_lost: return "lease_lost";
        case acked: return "acked";
        case nacked: return "nacked";
        case dead_lettered: break;
    }
    return "dead_lettered";
}

}  // namespace mayhem::ports
