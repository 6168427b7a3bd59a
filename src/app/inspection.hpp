#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "mayhem/core/guards.hpp"
#include "mayhem/core/target.hpp"

namespace mayhem::app {

/// What the guards say of one target at this moment.
struct target_verdict {
    core::target target;
    std::vector<core::guard_answer> answers;  ///< every guard, in order; the dry run's comes last

    /// The first that refuses, a dry run apart.
    [[nodiscard]] const core::guard_answer* refusal() const noexcept;
};

/// One group as it is now.
struct group_view {
    std::string group;
    std::vector<target_verdict> targets;
    std::string trouble;  ///< why its targets cannot be listed; empty when they can
};

/// Looks at every group of the config as a message would be looked at: lists the targets, reads the record, asks the
/// probes, touches nothing. Works beside a daemon and without one; a database that is not there yet counts as empty.
/// Runs a loop of its own: it blocks for as long as drivers and probes take. `only` restricts it to targets of that id
/// or name. Throws `core::store_failed`, and `std::runtime_error` for a driver that cannot be made.
[[nodiscard]] std::vector<group_view> inspect(const config& c, const std::filesystem::path& store,
                                              const std::optional<std::string>& only = {});

}  // namespace mayhem::app
