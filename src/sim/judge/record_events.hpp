#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::sim {

enum class message_state { journalled, running, nacked, acked, dead_lettered };

/// "recorded_message", "recorded_attempt", "recorded_skip": a row of the host's database, read at the end of a calm
/// phase. A witness: it is compared with what happened, and says nothing about that.
struct recorded_message {
    std::string message{};
    std::string group{};
    core::wall_time planned_at{};
    message_state state = message_state::journalled;
};

struct recorded_attempt {
    std::string message{};
    std::int64_t number = 1;
    std::optional<core::verdict> verdict{};  ///< nothing: it has not ended
    std::optional<core::guard> refused_by{};
    std::optional<core::duration> recovery{};

    // Of a recovery that was seen: how the daemon held it against the past of its target. Rows are told in the order in
    // which their messages were entered.
    std::optional<core::wall_time> started_at{};
    std::optional<core::wall_time> ended_at{};
    std::optional<std::string> act{};
    std::optional<core::duration> not_before{};
    std::optional<core::pace> pace{};
    std::optional<core::duration> usual{};
    // Of what lasted, and stood: for how long, and why no longer.
    std::optional<core::duration> held{};
    std::optional<core::span_end> ended_by{};

    bool opens_breaker = false;    ///< of its group, with this row
    bool is_breaker_open = false;  ///< by another row, at some time while this one was under way

    /// "TARGET INCARNATION", of each life that ended with the target, which nobody had foretold.
    std::vector<std::string> unforetold{};
};

struct recorded_skip {
    std::string group{};
    core::wall_time planned_at{};
    std::int64_t moments = 1;
    core::guard reason = core::guard::missed;
};

/// "record_read": the host's rows are complete; what is not among them is not on record.
struct record_read {};

}  // namespace mayhem::sim
