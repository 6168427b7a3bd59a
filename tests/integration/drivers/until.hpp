#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>

#include "integration/drivers/test_process.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::drivers {

/// Waits until `condition` is true; throws if that does not come soon.
inline async::awaitable<void> until(std::function<bool()> condition) {
    const async::frame here;
    const auto deadline = std::chrono::steady_clock::now() + soon;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("waited in vain");
        }
        co_await async::sleep_for(std::chrono::milliseconds{5});
    }
}

}  // namespace mayhem::drivers
