#pragma once

#include <string_view>

#include "mayhem/ports/observer.hpp"

namespace mayhem::telemetry {

/// What the service itself does and the journal can be searched for, beside the steps of messages.
enum class journal_event {
    started,    ///< or running anew after a reload
    ended,      ///< in order
    halted,     ///< somebody has opened a door of the halt
    resumed,    ///< and closed one
    requested,  ///< an operator has asked for a restart
    skipped,    ///< a moment passed without a message
};

/// The MESSAGE_ID of an event: 32 hexadecimal digits, which never change (docs/operations.md and mayhem.catalog have
/// them).
[[nodiscard]] std::string_view id_of(journal_event e) noexcept;
[[nodiscard]] std::string_view id_of(ports::step_kind k) noexcept;

/// The step's name, if it says how an attempt ended; otherwise empty.
[[nodiscard]] std::string_view outcome_of(ports::step_kind k) noexcept;

}  // namespace mayhem::telemetry
