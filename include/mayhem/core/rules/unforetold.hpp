#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mayhem/core/rules/reach_watch.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What really fell with a target is held against what was foretold. `stood`: who stood beside it right before the act,
/// without being of its reach; `stand`: who stands so long after the act. Who is not among them in the same life fell
/// in that time, which nobody had foretold: it may be the act's doing, and then something ties the two that their
/// driver does not see, or chance. `is_ours`: that life was for another act of ours to end, or would fall with one. At
/// most `reach_max`, in their order. Pure.
[[nodiscard]] std::vector<fate> falls_unforetold(const std::vector<target>& stood, const std::vector<target>& stand,
                                                 duration at, const std::function<bool(const target&)>& is_ours);

/// Of those among `fates`, for a person: "web-2 fell in the same time, which nobody had foretold, and stands again";
/// empty: there is none.
[[nodiscard]] std::string describe_unforetold(const std::vector<fate>& fates);

}  // namespace mayhem::core
