#include "app/local_time.hpp"

#include <ctime>

namespace mayhem::app {

std::chrono::seconds system_utc_offset(core::wall_time at) {
    const std::time_t moment = std::chrono::system_clock::to_time_t(at);
    std::tm local{};
    return std::chrono::seconds{localtime_r(&moment, &local) != nullptr ? local.tm_gmtoff : 0};
}

}  // namespace mayhem::app
