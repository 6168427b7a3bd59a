#include "pipeline/handling/consumer.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"

namespace mayhem::pipeline {

consumer::consumer(ports::queue& q, message_handler& h, async::task_group& handlers, ports::observer& o,
                   std::size_t max_in_flight)
    : queue_(q), handler_(h), handlers_(handlers), observer_(o), slots_(max_in_flight) {}

async::awaitable<void> consumer::run() {
    const async::frame here;
    for (;;) {
        async::semaphore::permit slot = slots_.try_acquire();
        if (!slot) {
            slot = co_await slots_.acquire();
        }
        ports::delivery d = co_await queue_.receive();
        if (async::is_cancel_requested()) {
            co_return;  // it came in the step in which the end began: the shutdown gives it back
        }
        observer_.observe({.kind = ports::step_kind::pulled, .message = *d.message, .attempt = d.attempt});
        handlers_.spawn("handle_message", handler_.handle(std::move(d), std::move(slot)));
    }
}

}  // namespace mayhem::pipeline
