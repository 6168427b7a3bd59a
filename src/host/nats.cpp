#include "host/request_queues.hpp"
#include "mayhem/core/random.hpp"
#include "queues/jetstream/nats_link.hpp"

namespace mayhem::app {

std::unique_ptr<queues::nats_wire> open_nats(async::loop& loop, const queues::jetstream_settings& s) {
    return std::make_unique<queues::nats_link>(loop, s, core::random_source(core::random_source::system_seed()));
}

}  // namespace mayhem::app
