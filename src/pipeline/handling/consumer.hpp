#pragma once

#include <cstddef>

#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"
#include "pipeline/handling/message_handler.hpp"

namespace mayhem::pipeline {

/// Takes messages from the queue and starts the handling of each as a task of its own, never waiting for a message's
/// work; at most `max_in_flight` are handled at once, and none is taken that could not be.
class consumer {
public:
    /// All outlive the consumer; `handlers` is where the handling tasks live.
    consumer(ports::queue& q, message_handler& h, async::task_group& handlers, ports::observer& o,
             std::size_t max_in_flight);

    /// Consumes until cancelled, or until the queue is closed and drained.
    async::awaitable<void> run();

private:
    ports::queue& queue_;
    message_handler& handler_;
    async::task_group& handlers_;
    ports::observer& observer_;
    async::semaphore slots_;
};

}  // namespace mayhem::pipeline
