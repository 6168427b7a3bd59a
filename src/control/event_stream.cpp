#include "control/event_stream.hpp"

#include <fmt/format.h>

namespace mayhem::control {

std::shared_ptr<event_queue> event_stream::subscribe(std::size_t kept_free) {
    subscribers_.remove_if([](const std::weak_ptr<event_queue>& s) {
        const std::shared_ptr<event_queue> queue = s.lock();
        return queue == nullptr || queue->is_closed();
    });
    if (subscribers_.size() + kept_free >= subscribers_max) {
        return nullptr;
    }
    auto queue = std::make_shared<event_queue>();
    subscribers_.push_back(queue);
    return queue;
}

void event_stream::publish(std::string_view event, std::string_view data) {
    if (subscribers_.empty()) {
        return;
    }
    const std::string text = fmt::format("event: {}\nid: {}\ndata: {}\n\n", event, ++published_, data);
    subscribers_.remove_if([&text](const std::weak_ptr<event_queue>& s) {
        const std::shared_ptr<event_queue> queue = s.lock();
        return queue == nullptr || !queue->append(text);
    });
}

}  // namespace mayhem::control
