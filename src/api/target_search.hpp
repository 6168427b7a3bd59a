#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::app {

/// What a person may mean by the name of a target.
struct target_search {
    struct match {
        pipeline::group* group = nullptr;
        core::target target;
    };

    std::vector<match> found;           ///< with that id or name; if there is none, a service of that name
    std::vector<match> services{};      ///< the latter, while it is searched: "nginx" for nginx.service
    std::vector<std::string> others;    ///< ids and names of the rest, for "did you mean"
    std::vector<std::string> troubles;  ///< "group 'web': why its targets cannot be listed"
    bool is_group_known = true;

    /// Exactly one is meant, beyond doubt.
    [[nodiscard]] bool is_clear() const noexcept { return found.size() == 1 && troubles.empty(); }

    /// Otherwise: what is wrong, whom it could mean, what to do.
    [[nodiscard]] std::string complaint(const std::string& name, const std::optional<std::string>& group) const;
};

/// Who lists the targets of a group, whoever is to act on them; null: the group is left out. None: who does the first
/// of its actions.
using choose_driver = std::function<ports::driver*(const pipeline::group&)>;

/// Lists the targets of `group`, or of all groups, one group after the other; all of them within `limit`. `groups`
/// outlives the call.
async::awaitable<target_search> search_targets(std::list<pipeline::group>& groups, std::string name,
                                               std::optional<std::string> group, std::chrono::nanoseconds limit,
                                               choose_driver who = {});

}  // namespace mayhem::app
