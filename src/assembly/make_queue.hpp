#pragma once

#include <memory>

#include "config/config.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/queue.hpp"

namespace mayhem::app {

/// The queue that the config asks for. `l` outlives it.
[[nodiscard]] std::unique_ptr<ports::queue> make_queue(async::loop& l, const config& c);

}  // namespace mayhem::app
