#pragma once

#include <optional>
#include <string>

#include "config/config.hpp"
#include "mayhem/core/result.hpp"

namespace mayhem::app {

/// What the hosts of a fleet must agree on in a group.
struct fleet_terms {
    std::string plan;   ///< the fingerprint
    std::string terms;  ///< JSON, as `mayhem.adopt` takes it
};

/// Of a group of a config file; otherwise why it cannot be a fleet's: it is not there, or lacks a schedule, a seed or
/// `min_healthy`, which all hosts must have the same.
[[nodiscard]] core::result<fleet_terms> fleet_terms_of(const config& c, const fleet_config& fleet,
                                                       const std::string& group);

}  // namespace mayhem::app
