#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace mayhem::actions {

/// Ignores whatever can be ignored: a holder ends with its orders, its time or its target, and is not talked to.
void ignore_signals() noexcept;

/// The one capability that an action ("freeze", "cut", ...) needs of whoever holds it up; nothing: it needs none.
[[nodiscard]] std::optional<unsigned> capability_of(std::string_view action) noexcept;

/// Gives up all others, whatever the process was started with; it can never get more.
void keep_only(std::span<const unsigned> capabilities) noexcept;

}  // namespace mayhem::actions
