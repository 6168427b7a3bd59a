#include "sim/world/next_of.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::sim {

async::awaitable<dice::outcome> next_of(scene& s, fault f, std::chrono::nanoseconds mean) {
    const async::frame here;
    const std::chrono::nanoseconds gap = s.dice.gap(f, mean);
    co_await async::sleep_for(gap);
    co_return s.dice.befall(f);
}

}  // namespace mayhem::sim
