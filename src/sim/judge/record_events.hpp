#pragma once

#include <cstdint>
#include <optional>
#include <string>

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
