#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/rules/group_size.hpp"
#include "mayhem/core/skip.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// What a group's next life must know of the former one.
struct group_memory {
    std::string group;
    std::uint64_t round = 1;                 ///< of the last draw
    std::vector<std::string> turns{};        ///< the ids drawn in that round, oldest first
    std::vector<core::size_on_day> sizes{};  ///< so many were on its lists, of the newest days on record
    std::size_t failures_in_a_row = 0;       ///< since the last recovery, and since the breaker was closed
    std::optional<core::breaker> breaker{};  ///< when it is open
};

/// Which plans are followed, how far, and where each group stands: what makes the next life go on where the former one
/// stopped. Durability, failures, thread and cancellation are as in `journal`.
class plan_memory {
public:
    virtual ~plan_memory() = default;

    /// From `now` on the group follows this plan (`planner::identity`). Until when it was followed before, by this life
    /// or a former one: the last planned moment on record, or when it was first announced; the same once more until
    /// something is recorded. Nothing for a new plan.
    virtual async::awaitable<std::optional<core::wall_time>> follow_plan(const std::string& group,
                                                                         const std::string& plan,
                                                                         core::wall_time now) = 0;

    /// Planned moments at which no message was made. One transaction; leaves out what is on record already, be it as
    /// a skip or as a message.
    virtual async::awaitable<void> skip(std::span<const core::skip> skips) = 0;

    /// What is remembered of these groups, in their order.
    virtual async::awaitable<std::vector<group_memory>> recall(const std::vector<std::string>& groups) = 0;
};

}  // namespace mayhem::ports
