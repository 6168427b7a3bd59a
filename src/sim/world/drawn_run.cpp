#include "sim/world/drawn_run.hpp"

#include <cstdint>
#include <iterator>

namespace mayhem::sim {

async::clock::wall_time_point draw_start(core::random_source& random) {
    constexpr std::int64_t year = 1'767'225'600;         // 2026-01-01
    constexpr std::int64_t changes[] = {1'774'742'400,   // 2026-03-29, Europe
                                        1'792'886'400,   // 2026-10-25, Europe
                                        1'772'928'000,   // 2026-03-08, America
                                        1'775'347'200,   // 2026-04-05, Australia
                                        1'793'491'200,   // 2026-11-01, America
                                        1'790'467'200};  // 2026-09-27, New Zealand
    const std::uint64_t which = random.below(4 * std::size(changes));
    const auto within = static_cast<std::int64_t>(random.below(36 * 3600));
    const auto anywhere = static_cast<std::int64_t>(random.below(365UL * 86'400));
    const std::int64_t at = which < std::size(changes) ? changes[which] - 12 * 3600 + within : year + anywhere;
    return async::clock::wall_time_point{std::chrono::seconds{at}};
}

pace draw_pace(core::random_source random) {
    const std::uint64_t which = random.below(4);
    return which < 2 ? pace::hectic : which == 2 ? pace::busy : pace::ordinary;
}

}  // namespace mayhem::sim
