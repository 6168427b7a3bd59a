#include "unit/queues/queue_under_test.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"

namespace mayhem::test {

std::shared_ptr<const core::message> message_named(const std::string& name) {
    auto m = std::make_shared<core::message>();
    m->target.name = name;
    return m;
}

std::vector<std::string> names_of(const std::vector<std::shared_ptr<const core::message>>& messages) {
    std::vector<std::string> names;
    for (const auto& m : messages) {
        names.push_back(m == nullptr ? "nothing" : m->target.name);
    }
    return names;
}

queue_under_test::queue_under_test(queues::memory_queue::settings s)
    : queue(loop.loop, s),
      others_(loop.loop, "others", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }) {}

void queue_under_test::run(async::awaitable<void> body) {
    others_.spawn("queue", queue.run());
    loop.run(live(std::move(body), others_));
}

async::awaitable<void> queue_under_test::live(async::awaitable<void> body, async::task_group& others) {
    const async::frame here;
    co_await std::move(body);
    others.cancel();
    co_await others.join();
}

}  // namespace mayhem::test
