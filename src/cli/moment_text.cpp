#include "cli/moment_text.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace mayhem::cli {

std::string local_moment(core::wall_time t) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(t)));
}

std::string utc_moment(core::wall_time t) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(t);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                       (t - whole).count());
}

double seconds(core::duration d) noexcept { return std::chrono::duration<double>(d).count(); }

}  // namespace mayhem::cli
