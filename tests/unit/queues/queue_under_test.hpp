#pragma once

#include <memory>
#include <string>
#include <vector>

#include "queues/memory/memory_queue.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {

/// A message that is known by this name.
[[nodiscard]] std::shared_ptr<const core::message> message_named(const std::string& name);

/// The names of messages, in order.
[[nodiscard]] std::vector<std::string> names_of(const std::vector<std::shared_ptr<const core::message>>& messages);

/// A memory queue on virtual time, and its housekeeping.
class queue_under_test {
public:
    explicit queue_under_test(queues::memory_queue::settings s = {.capacity = 4, .lease = std::chrono::seconds{3}});

    virtual_loop loop;
    queues::memory_queue queue;

    /// Runs `body` with the queue's housekeeping beside it, until `body` has ended.
    void run(async::awaitable<void> body);

    /// A task that is cancelled with `cancel_others`, or when `body` has ended.
    void beside(async::awaitable<void> body) { others_.spawn("beside", std::move(body)); }
    void cancel_others() { others_.cancel(); }

private:
    static async::awaitable<void> live(async::awaitable<void> body, async::task_group& others);

    async::task_group others_;
};

}  // namespace mayhem::test
