#include "cli/moment_text.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace mayhem::cli {

std::string local_moment(core::wall_time t) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(t)));
}

}  // namespace mayhem::cli
