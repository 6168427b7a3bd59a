#pragma once

#include <optional>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/ports/restart_record.hpp"

namespace mayhem::ports {

/// What must be agreed on before an act: the places within a group's limits, and its breaker. Durability, failures,
/// thread and cancellation are as in `journal`.
class limits : public restart_record {
public:
    /// Right before an act: looks at the limits and the breaker of the message's group, and unless one of them refuses
    /// takes the place of this restart within them and begins the attempt, all in one transaction. Whoever crashes
    /// afterwards has used the place. It is given back when the attempt is recorded as refused, and when
    /// `journal::nack` says that nothing was done. Members that go down with the target (`foretold`) take places among
    /// those that may be down at once.
    virtual async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                               const restarts_query& q, const core::guard_limits& l,
                                                               const core::reach* foretold) = 0;

    /// Whether what `claim` has allowed is allowed no longer, since that holds for a short time only; asked in the step
    /// of the act, at no cost.
    [[nodiscard]] virtual std::optional<core::guard> withdrawn(const core::message& m) const noexcept {
        (void)m;
        return std::nullopt;
    }

    /// Closes the group's breaker; false if it was not open.
    virtual async::awaitable<bool> close_breaker(const std::string& group) = 0;
};

}  // namespace mayhem::ports
