#pragma once

#include <optional>
#include <string>

#include "mayhem/async/clock.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/guards.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/ports/go_ahead.hpp"
#include "mayhem/ports/limits.hpp"
#include "pipeline/handling/guard_check.hpp"
#include "pipeline/handling/lease_keeper.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// What a driver was told when it asked before its act.
struct go_ahead_given {
    std::optional<async::clock::time_point> at;  ///< of the first yes: from then on the target may have been touched
    /// The hour went by, or the clock on the wall was set, while the driver waited: whoever decides must take a place
    /// anew.
    bool lacks_a_place = false;
    async::clock::time_point answered{};  ///< when the driver has returned
};

/// What may have changed since the guards agreed, or since something was begun that lasts: the halt, the time of day,
/// the breaker, the hour whose limits count it, the leave that was given for a short time, and whose message it is.
/// Costs no wait and no clock.
class still_allowed final : public ports::go_ahead {
public:
    /// All outlive it. `is_closing`: nothing new is taken, and whoever waits for the end of what was begun is not to
    /// wait for what lasts.
    still_allowed(const core::message& m, const group& g, ports::driver& by, const guard_look& look,
                  const ports::limits& limits, const bool& is_closing, const lease_keeper::hold& lease,
                  const place& taken, go_ahead_given& given) noexcept
        : message_(m),
          group_(g),
          by_(by),
          look_(look),
          limits_(limits),
          is_closing_(is_closing),
          lease_(lease),
          taken_(taken),
          given_(given) {}

    /// With a lost lease, `expired`: the time in which this handler might act on the message is over.
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override;
    [[nodiscard]] std::optional<std::string> must_end() const override;

private:
    const core::message& message_;
    const group& group_;
    ports::driver& by_;
    const guard_look& look_;
    const ports::limits& limits_;
    const bool& is_closing_;
    const lease_keeper::hold& lease_;
    const place& taken_;
    go_ahead_given& given_;
};

}  // namespace mayhem::pipeline
