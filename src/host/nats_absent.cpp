#include <stdexcept>

#include "host/request_queues.hpp"

namespace mayhem::app {

std::unique_ptr<queues::nats_wire> open_nats(async::loop& /*loop*/, const queues::jetstream_settings& /*s*/) {
    throw std::runtime_error(
        "[queue.NAME] with driver = \"jetstream\": this program was built without NATS: install libnats-dev and build "
        "it anew with -DMAYHEM_NATS=ON");
}

}  // namespace mayhem::app
