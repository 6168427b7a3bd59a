#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/plan/limit_windows.hpp"
#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// What a guard wants to know of a group, and of one target in it.
struct restarts_query {
    std::string group;
    std::string target;
    core::uuid except{};  ///< a message never counts against itself; nil: none
    core::limit_windows windows{};
};

/// What is on record. A restart that may have happened counts as one that has.
struct restarts_so_far {
    std::size_t today = 0;
    std::size_t this_hour = 0;
    std::size_t under_way = 0;                    ///< begun and not seen to its end, in a former life perhaps
    std::optional<core::wall_time> last_restart;  ///< of the target
    std::optional<core::breaker> breaker;         ///< of the group, when it is open
};

/// When a target was restarted last.
struct last_restart {
    std::string target;
    core::wall_time at{};
};

/// The part of the durable record that the guards read. Throws `core::store_failed`.
class restart_record {
public:
    virtual ~restart_record() = default;

    virtual async::awaitable<restarts_so_far> restarts(const restarts_query& q) = 0;

    /// One entry for each target of the group that was restarted since then.
    virtual async::awaitable<std::vector<last_restart>> restarted_since(const std::string& group,
                                                                        core::wall_time since) = 0;
};

}  // namespace mayhem::ports
