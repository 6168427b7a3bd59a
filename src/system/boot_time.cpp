#include "system/boot_time.hpp"

#include <ctime>

namespace mayhem::system {

std::chrono::nanoseconds boot_time() noexcept {
    timespec t{};
    (void)::clock_gettime(CLOCK_BOOTTIME, &t);  // cannot fail: every kernel that we run on has it
    return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

}  // namespace mayhem::system
