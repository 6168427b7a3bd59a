#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// A planned moment at which no message was made, and why (`missed`, `unlisted`, `no_target`): the record of what did
/// not happen. The next life goes on after the newest one on record, so a row that stands for several is at the last.
struct skip {
    wall_time at{};  ///< when it was noticed
    std::string group;
    wall_time planned_at{};
    guard reason = guard::missed;
    std::optional<std::string> target;  ///< its id, where one had been drawn already
    std::string detail;                 ///< for a person; may be empty

    /// It stands for so many moments: this one and those right before it.
    std::int64_t moments = 1;
};

}  // namespace mayhem::core
