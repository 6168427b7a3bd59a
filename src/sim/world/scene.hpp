#pragma once

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "sim/chance/dice.hpp"
#include "sim/chance/sometimes.hpp"
#include "sim/disk/disk.hpp"
#include "sim/world/ambush.hpp"
#include "sim/world/world_log.hpp"

namespace mayhem::sim {

/// What everything in one simulated world shares. All of it outlives its users.
struct scene {
    async::virtual_clock& clock;
    async::loop& loop;
    async::wall_jumps& jumps;
    sim::dice& dice;
    world_log& log;
    sometimes& rare;
    sim::disk& disk;
    sim::ambush& ambush;
};

}  // namespace mayhem::sim
