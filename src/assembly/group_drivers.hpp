#pragma once

#include <functional>
#include <list>
#include <memory>

#include "config/config.hpp"
#include "mayhem/ports/driver.hpp"
#include "pipeline/model/group_acts.hpp"

namespace mayhem::app {

/// Who makes the driver of a group for the first of its actions: `driver_source::make` or the like.
using make_driver = std::function<std::unique_ptr<ports::driver>(const group_config&)>;

/// What `g` does, with a driver for each of its actions, which go to `kept`; more of them later, for acts that an
/// operator asks for and for those that messages name which are older than the config. `make` and `kept` outlive it.
/// Throws what `make` throws.
[[nodiscard]] pipeline::group_acts make_acts(const group_config& g, make_driver make,
                                             std::list<std::unique_ptr<ports::driver>>& kept);

}  // namespace mayhem::app
