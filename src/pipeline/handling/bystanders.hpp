#pragma once

#include <memory>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/rules/reach_watch.hpp"
#include "mayhem/core/target.hpp"
#include "pipeline/model/acted_incarnations.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// Who stood beside a target right before an act on it, as the list of its guards had them: the group's own, but for
/// those who are acted on or of the target's reach. Null: nobody, or the guards want no list.
struct bystanders {
    std::shared_ptr<const std::vector<core::target>> stood{};
    own_acts::moment since{};  ///< not later than the list
};

/// Who of them fell since, by one list more, and whom nobody had foretold: after the watch of the act. Empty as well
/// when the list cannot be had, or the wait for it is cancelled: throws nothing. All outlive it.
async::awaitable<std::vector<core::fate>> look_beside(group& g, ports::driver& by, const bystanders& b,
                                                      const acted_incarnations& acted, async::clock::time_point act);

}  // namespace mayhem::pipeline
