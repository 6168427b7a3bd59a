#pragma once

#include <optional>
#include <string_view>

#include "mayhem/core/message.hpp"
#include "mayhem/core/outcome.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// What just happened to a message.
enum class step_kind {
    published,       ///< handed to the queue
    pulled,          ///< received from the queue
    extended,        ///< its lease was renewed, by `step::length`
    saved,           ///< the attempt is on record
    restarted,       ///< the driver has acted
    restart_failed,  ///< the driver could not act; it will be retried
    failed,          ///< something else went wrong: `step::detail`
    recovered,       ///< a new incarnation runs, `step::length` after the act
    not_recovered,   ///< none came within `step::length`
    refused,         ///< a guard said no: `step::refused_by`
    lease_lost,      ///< the queue gave it to somebody else meanwhile
    acked,           ///< done with
    nacked,          ///< to be delivered again after `step::length`
    dead_lettered,   ///< given up after `step::attempt` attempts
};

/// One step of a message's life. Views and references are valid during the call only.
struct step {
    step_kind kind{};
    const core::message& message;
    int attempt = 1;
    core::duration length{};
    std::optional<core::guard> refused_by{};
    std::string_view detail{};
};

/// Is told each step: logs, metrics and event streams are made of it. Called on the loop's thread between two awaits,
/// so it must be quick, and must not throw, block or suspend.
class observer {
public:
    virtual ~observer() = default;
    virtual void observe(const step& s) noexcept = 0;

    /// A survived trouble of the service itself, for a person: what happened and what is done about it.
    virtual void warn(std::string_view text) noexcept = 0;
};

}  // namespace mayhem::ports
