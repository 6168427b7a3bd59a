#include "telemetry/bounded_sink.hpp"

#include <algorithm>

#include <poll.h>

namespace mayhem::telemetry {

namespace {

using namespace std::chrono_literals;

// How soon a write that waits for its reader notices that it was told to give up.
constexpr auto notice = 50ms;

}  // namespace

bool bounded_sink::wait_until_writable(int fd) const {
    while (true) {
        const auto left = deadline_.load(std::memory_order_relaxed) - std::chrono::steady_clock::now();
        const auto wait = std::clamp<std::chrono::nanoseconds>(left, 0ns, notice);
        pollfd writable{fd, POLLOUT, 0};
        const int ready =
            ::poll(&writable, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
        if (ready > 0) {
            return true;
        }
        if (left <= 0ns) {
            return false;
        }
    }
}

}  // namespace mayhem::telemetry
