#pragma once

#include <chrono>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/rules/guards.hpp"
#include "mayhem/core/target.hpp"
#include "pipeline/handling/guard_look.hpp"
#include "pipeline/model/group.hpp"

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
    core::act what{};                       ///< what its next moment gets, and so what the guards were asked for
    std::optional<core::wall_time> next{};  ///< when that is; nothing: it is not known, and any of its actions is meant
    std::vector<target_verdict> targets;
    std::string trouble;                ///< why its targets cannot be listed; empty when they can
    std::vector<std::string> warnings;  ///< what the driver leaves alone, and why
};

/// Looks at groups as a message would be looked at: lists the targets, reads the record, asks the probes; all groups at
/// the same time, and for at most `limit`. Whoever is not done by then keeps what was found, and says so as its
/// trouble. `only` restricts it to targets of that id or name. `groups` and what `look` looks at outlive the call.
/// Throws `core::store_failed`.
async::awaitable<std::vector<group_view>> view_groups(std::list<pipeline::group>& groups, pipeline::guard_look look,
                                                      std::optional<std::string> only, std::chrono::nanoseconds limit);

/// `views` with the targets of that id or name alone, as if no other had been looked at.
[[nodiscard]] std::vector<group_view> only_target(std::vector<group_view> views, const std::string& name);

/// The same for every group of the config, touching nothing. Works beside a daemon and without one; a database that is
/// not there yet counts as empty. Runs a loop of its own: it blocks for as long as drivers and probes take. `only`
/// restricts it to targets of that id or name. Throws `core::store_failed`, and `std::runtime_error` for a driver that
/// cannot be made.
[[nodiscard]] std::vector<group_view> inspect(const config& c, const std::filesystem::path& store,
                                              const std::optional<std::string>& only = {});

}  // namespace mayhem::app
