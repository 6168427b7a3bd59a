#include "sim/world/world_log.hpp"

#include <chrono>
#include <utility>

namespace mayhem::sim {

world_log::world_log(const async::virtual_clock& clock, std::string host)
    : own_(std::make_unique<chronicle>()), all_(*own_), clock_(clock), began_(clock.now()), host_(std::move(host)) {}

world_log::world_log(chronicle& all, const async::virtual_clock& clock, std::string host)
    : all_(all), clock_(clock), began_(clock.now()), host_(std::move(host)) {}

steady_time world_log::now() const noexcept { return std::chrono::duration_cast<steady_time>(clock_.now() - began_); }

void world_log::tell(payload what) {
    const steady_time steady = now();
    const core::wall_time wall = clock_.wall_now();
    all_.tell({.seq = 0, .steady = {steady, steady}, .wall = {wall, wall}}, host_, std::move(what));
}

standing_trouble::standing_trouble(world_log& log, trouble_kind kind, std::optional<std::string> group,
                                   std::string what)
    : log_(log),
      trouble_{.id = log.next_id(), .kind = kind, .stands = true, .group = std::move(group), .what = std::move(what)} {
    log_.tell(trouble_);
}

standing_trouble::~standing_trouble() {
    trouble_.stands = false;
    log_.tell(trouble_);
}

}  // namespace mayhem::sim
