#pragma once

#include <optional>
#include <string>

#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::ports {

/// Whether an act that was decided upon may still be done. Between the decision and the act a driver waits, for an
/// engine or a thread, and that may take long: a slow engine, a suspended host. Meanwhile somebody may have halted
/// everything, the message may have expired, the hours may be over. So the driver asks once more, when nothing is left
/// to wait for. What it does may last (a pause), and then it asks, while it lasts, whether it must end. The loop's
/// thread only.
class go_ahead {
public:
    virtual ~go_ahead() = default;

    /// Nothing: act now, in this step of the loop. Otherwise the guard that says no.
    [[nodiscard]] virtual std::optional<core::guard> withdrawn_by() const = 0;

    /// Nothing: what was begun and lasts may stand on. Otherwise why it must end now, for a person: a halt, the end of
    /// the hours or of the allowed day, the group's breaker, a daemon that takes no new work. Not that the message has
    /// expired, which is about beginning. To be asked as soon as it stands, and a few times a second from then on: what
    /// stands ends within a second. Costs no wait.
    [[nodiscard]] virtual std::optional<std::string> must_end() const = 0;
};

}  // namespace mayhem::ports
