#pragma once

#include <memory>
#include <vector>

#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// One that passes when all of them do; null where there is none. `pool` resolves host names, and outlives the probe.
[[nodiscard]] std::unique_ptr<ports::probe> make_probe(const std::vector<probe_settings>& settings,
                                                       async::blocking& pool);

}  // namespace mayhem::probes
