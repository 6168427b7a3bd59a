#pragma once

#include <memory>

#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// `pool` resolves host names, and outlives the probe.
[[nodiscard]] std::unique_ptr<ports::probe> make_probe(const probe_settings& settings, async::blocking& pool);

}  // namespace mayhem::probes
