#pragma once

#include <chrono>
#include <list>
#include <vector>

#include "daemon/request_intake.hpp"
#include "daemon/world.hpp"

namespace mayhem::app {

/// All queues of requests of a daemon's life. `end` comes before the destructor. The loop's thread only.
class request_desk {
public:
    /// Throws `std::runtime_error` where one cannot be read at all.
    request_desk(const std::vector<request_queue_config>& queues, const world& w,
                 const request_intake::surroundings& s);

    void start();
    void stop_receiving();
    async::awaitable<void> end(std::chrono::nanoseconds grace);

    [[nodiscard]] std::vector<request_queue_facts> facts() const;

private:
    std::list<request_intake> intakes_;
    bool is_started_ = false;
};

}  // namespace mayhem::app
