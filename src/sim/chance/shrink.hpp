#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <vector>

#include "sim/chance/dice.hpp"

namespace mayhem::sim {

using throws = std::vector<dice::one>;

/// Few of the throws that came about in a broken run which break it all the same: first whole kinds are left out, then
/// halves of what is left, quarters, and so on, until none can be done without, or `tries` runs are spent. Each kind
/// has its own numbers, so that what is left out changes no other throw; still a run goes another way without it, and
/// the result need not be the smallest there is. `is_broken_with` runs it again, and says whether it breaks as before.
[[nodiscard]] throws shrink(throws all, const std::function<bool(const std::set<dice::one>&)>& is_broken_with,
                            std::size_t tries);

}  // namespace mayhem::sim
