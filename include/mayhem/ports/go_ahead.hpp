#pragma once

#include <optional>

#include "mayhem/core/outcome.hpp"

namespace mayhem::ports {

/// Whether an act that was decided upon may still be done. Between the decision and the act a driver waits, for an
/// engine or a thread, and that may take long: a slow engine, a suspended host. Meanwhile somebody may have halted
/// everything, the message may have expired, the hours may be over. So the driver asks once more, when nothing is left
/// to wait for. The loop's thread only.
class go_ahead {
public:
    virtual ~go_ahead() = default;

    /// Nothing: act now, in this step of the loop. Otherwise the guard that says no.
    [[nodiscard]] virtual std::optional<core::guard> withdrawn_by() const = 0;
};

}  // namespace mayhem::ports
