#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "actions/holder_source.hpp"
#include "drivers/contract/driver_kind.hpp"

namespace mayhem::drivers {

/// Every kind of target that a config file can name, in the order in which people are told of them.
[[nodiscard]] std::span<const driver_kind* const> driver_kinds() noexcept;

/// Null if there is none of that name.
[[nodiscard]] const driver_kind* find_driver_kind(std::string_view name) noexcept;

[[nodiscard]] std::vector<std::string_view> driver_names();

/// What any of them does that lasts. `holders`: where those that need a process to hold them get it from.
[[nodiscard]] std::vector<std::unique_ptr<ports::action>> make_actions(const actions::holder_source& holders = {});

}  // namespace mayhem::drivers
