#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/outcome.hpp"
#include "mayhem/core/target.hpp"

namespace mayhem::ports {

/// What became of a request to restart one incarnation.
struct act_result {
    /// Nothing: the act was carried out. Otherwise why it was not: `already_restarted` (the target is another
    /// incarnation by now, or gone), `not_opted_in` (it does not match the selector any more) or `protected_target`.
    std::optional<core::guard> refused_by;
};

/// Knows one kind of target. An instance serves one group and holds that group's selector.
/// Used on the loop's thread only. Every call may be cancelled (`terminal`); a cancelled `restart` has either not
/// touched the target or has sent everything it was going to send.
class driver {
public:
    virtual ~driver() = default;

    /// "simulated", "process", "supervised": stable, used in records.
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;

    /// The targets that exist now and match the group's selector. Bounded: throws when there are more than 10,000.
    virtual async::awaitable<std::vector<core::target>> list() = 0;

    /// Acts on exactly `t.incarnation`, or not at all. Returns once the act is done; recovery is watched separately.
    /// Throws `core::restart_failed` when the act was tried and failed.
    virtual async::awaitable<act_result> restart(const core::target& t) = 0;

    /// One look: the incarnation of `t.id` that runs now, is ready, and is newer than `t.incarnation`;
    /// nothing if there is none yet.
    virtual async::awaitable<std::optional<core::target>> successor(const core::target& t) = 0;
};

}  // namespace mayhem::ports
