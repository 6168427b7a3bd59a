#include "telemetry/local_clock.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace mayhem::telemetry {

local_clock::reading local_clock::read(std::chrono::system_clock::time_point moment) {
    const auto second = std::chrono::floor<std::chrono::seconds>(moment);
    const auto rest = std::chrono::floor<std::chrono::milliseconds>(moment - second);
    const auto whole = static_cast<std::time_t>(second.time_since_epoch().count());
    if (!valid_ || whole != second_) {
        convert(whole);
    }
    const std::string_view stamp = stamp_;
    return {stamp.substr(stamp.find('T') + 1), stamp, offset_, static_cast<int>(rest.count())};
}

void local_clock::convert(std::time_t second) {
    std::tm local{};
    ::localtime_r(&second, &local);
    stamp_ = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                         local.tm_hour, local.tm_min, local.tm_sec);
    const long minutes = std::labs(local.tm_gmtoff) / 60;
    offset_ = fmt::format("{}{:02}:{:02}", local.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
    second_ = second;
    valid_ = true;
}

}  // namespace mayhem::telemetry
