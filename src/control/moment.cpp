#include "control/moment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace mayhem::control {

std::string utc_text(core::wall_time t) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(t);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                       (t - whole).count());
}

}  // namespace mayhem::control
