#include "assembly/make_queue.hpp"

#include "queues/memory/memory_queue.hpp"

namespace mayhem::app {

std::unique_ptr<ports::queue> make_queue(async::loop& l, const config& c) {
    return std::make_unique<queues::memory_queue>(
        l, queues::memory_queue::settings{.capacity = c.queue_capacity, .lease = c.handling.lease});
}

}  // namespace mayhem::app
