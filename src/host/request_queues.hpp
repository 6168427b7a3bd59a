#pragma once

#include <memory>

#include "config/config.hpp"
#include "daemon/world.hpp"
#include "mayhem/async/loop.hpp"
#include "queues/jetstream/nats_wire.hpp"

namespace mayhem::app {

/// The queue that a [queue.NAME] names, for whoever reads requests or makes them. `loop` outlives it. Throws
/// `std::runtime_error` where this program was built without what it needs.
[[nodiscard]] opened_requests open_requests(async::loop& loop, const request_queue_config& c);

/// Throws `std::runtime_error` where this program was built without libnats.
[[nodiscard]] std::unique_ptr<queues::nats_wire> open_nats(async::loop& loop, const queues::jetstream_settings& s);

}  // namespace mayhem::app
