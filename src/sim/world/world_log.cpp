#include "sim/world/world_log.hpp"

#include <chrono>
#include <ostream>

#include "sim/judge/event_json.hpp"

namespace mayhem::sim {

world_log::world_log(const async::virtual_clock& clock, std::string host)
    : clock_(clock), began_(clock.now()), host_(std::move(host)) {}

steady_time world_log::now() const noexcept { return std::chrono::duration_cast<steady_time>(clock_.now() - began_); }

void world_log::tell(payload what) {
    const steady_time steady = now();
    const core::wall_time wall = clock_.wall_now();
    event e{.at = {.seq = ++seq_, .steady = {steady, steady}, .wall = {wall, wall}},
            .host = host_,
            .what = std::move(what)};
    messages_ += std::holds_alternative<journalled>(e.what) ? 1 : 0;
    acts_ += std::holds_alternative<act>(e.what) ? 1 : 0;
    judge_.observe(e);
    if (out_ != nullptr) {
        *out_ << to_line(e) << '\n';
    }
    last_.push_back(std::move(e));
    if (last_.size() > kept_max) {
        last_.pop_front();
    }
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
