#pragma once

#include <optional>
#include <string>

#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::actions {

/// Why a fault does not stand. What stood already of it ends with the holder.
struct refusal {
    std::string why;  ///< for a person
    std::optional<core::guard> by{};
};

}  // namespace mayhem::actions
