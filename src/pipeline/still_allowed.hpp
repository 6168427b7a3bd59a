#pragma once

#include <optional>

#include "mayhem/core/message.hpp"
#include "mayhem/core/outcome.hpp"
#include "mayhem/ports/go_ahead.hpp"
#include "pipeline/group.hpp"
#include "pipeline/halt_switch.hpp"

namespace mayhem::pipeline {

/// What may have changed since the guards agreed: the halt, the time of day, the breaker. Costs no wait and no clock.
class still_allowed final : public ports::go_ahead {
public:
    /// All outlive it; `halt` may be null.
    still_allowed(const core::message& m, const group& g, const halt_switch* halt) noexcept
        : message_(m), group_(g), halt_(halt) {}

    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override;

private:
    const core::message& message_;
    const group& group_;
    const halt_switch* halt_;
};

}  // namespace mayhem::pipeline
