#pragma once

#include <optional>
#include <string_view>

#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/skip.hpp"
#include "mayhem/core/time.hpp"
#include "mayhem/ports/step_kind.hpp"

namespace mayhem::ports {

/// One step of a message's life. Views and references are valid during the call only.
struct step {
    step_kind kind{};
    const core::message& message;
    int attempt = 1;
    core::duration length{};
    std::optional<core::guard> refused_by{};
    std::string_view detail{};
    std::string_view action{};                    ///< of what lasts: "freeze"
    const core::slow_recovery* slower = nullptr;  ///< recovered, and slower than the target's past explains
};

/// Is told each step: logs, metrics and event streams are made of it. Called on the loop's thread between two awaits,
/// so it must be quick, and must not throw, block or suspend.
class observer {
public:
    virtual ~observer() = default;
    virtual void observe(const step& s) noexcept = 0;

    /// One or several planned moments at which no message was made. Whoever cares overrides it.
    virtual void skipped(const core::skip& s) noexcept { (void)s; }

    /// A survived trouble of the service itself, for a person: what happened and what is done about it.
    virtual void warn(std::string_view text) noexcept = 0;
};

}  // namespace mayhem::ports
