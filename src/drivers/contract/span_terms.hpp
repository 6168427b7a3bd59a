#pragma once

#include <span>
#include <string_view>

#include "mayhem/core/rules/span_terms.hpp"
#include "settings/section.hpp"

namespace mayhem::drivers {

/// Reads on which terms a group's `action` lasts: `for`; where packets do not arrive, or later, `how`, `direction`,
/// `ports`, `peers`, `loss`, `latency` and `jitter`; where a disk is full `directory`, `fill_to` and `keep_free`; with
/// less of the host `cpu`, `memory_high`, `io_read`, `io_write` and `device`. A key that has no effect with this action
/// is reported, as is one that is missing. `offered`: which actions there are for its kind of target.
void read_span_terms(settings::section& section, std::string_view action, std::span<const std::string_view> offered,
                     core::span_terms& terms);

}  // namespace mayhem::drivers
