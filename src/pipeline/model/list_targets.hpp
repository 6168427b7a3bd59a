#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "mayhem/ports/driver.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// So long a driver may take to tell who its targets are: an engine that is sick answers for each container after its
/// own timeout, and a group of a hundred would be silent for hours.
inline constexpr std::chrono::seconds list_limit{30};

/// The targets of `d`, within `limit`: the one way in which a driver is asked for them. Throws
/// `core::targets_unlisted`, also when the time is up, and nothing else but a cancellation. A look that a thread has
/// begun (/proc) cannot be cut, and is waited for. `d` outlives the call.
[[nodiscard]] async::awaitable<std::vector<core::target>> list_targets(ports::driver& d,
                                                                       std::chrono::nanoseconds limit = list_limit);

/// A list of the group, by one of its drivers, has shown these: so many members has it, with those that the config
/// names and that do not stand. To be called with every list of a group that the daemon sees, in the step in which it
/// came.
void note_members(group& g, const ports::driver& by, std::span<const core::target> listed);

/// How many members `g` has today, and what of that is to go on record with its next message.
[[nodiscard]] core::group_size::count members_of(group& g);
[[nodiscard]] std::optional<core::size_on_day> unrecorded_members(group& g);

}  // namespace mayhem::pipeline
