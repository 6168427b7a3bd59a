#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>

#include "control/event_queue.hpp"

namespace mayhem::control {

/// Tells every subscriber what happens, as server-sent events. Nobody is waited for: who is too slow is dropped. The
/// loop's thread only.
class event_stream {
public:
    static constexpr std::size_t subscribers_max = 16;

    /// A new subscriber, who hears what is published from now on; null when all places but `kept_free` are taken.
    /// Letting go of it unsubscribes, as its end does.
    [[nodiscard]] std::shared_ptr<event_queue> subscribe(std::size_t kept_free = 0);

    /// `data` is one line of JSON. Costs next to nothing while nobody listens; ask `has_subscribers` before making it.
    void publish(std::string_view event, std::string_view data);

    /// Of the newest event that was published; 0: none was.
    [[nodiscard]] std::uint64_t last_id() const noexcept { return published_; }

    [[nodiscard]] bool has_subscribers() const noexcept { return !subscribers_.empty(); }

private:
    std::list<std::weak_ptr<event_queue>> subscribers_;
    std::uint64_t published_ = 0;
};

}  // namespace mayhem::control
