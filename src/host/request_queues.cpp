#include "host/request_queues.hpp"

#include <utility>

#include "mayhem/core/random.hpp"
#include "queues/jetstream/jetstream_queue.hpp"
#include "queues/pubsub/pubsub_queue.hpp"
#include "system/host_name.hpp"

namespace mayhem::app {

opened_requests open_requests(async::loop& loop, const request_queue_config& c) {
    std::string host = c.policy.host.empty() ? system::host_name() : c.policy.host;
    if (const auto* const jetstream = std::get_if<queues::jetstream_settings>(&c.broker)) {
        return {.from = std::make_unique<queues::jetstream_queue>(loop, *jetstream, host, open_nats(loop, *jetstream)),
                .host = host};
    }
    return {.from = std::make_unique<queues::pubsub_queue>(loop, std::get<queues::pubsub_settings>(c.broker), host,
                                                           core::random_source(core::random_source::system_seed())),
            .host = host};
}

}  // namespace mayhem::app
