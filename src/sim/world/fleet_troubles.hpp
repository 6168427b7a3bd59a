#pragma once

#include <chrono>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/task_group.hpp"
#include "sim/world/sim_seat.hpp"
#include "sim/world/site.hpp"

namespace mayhem::sim {

/// What befalls a host as a member of a fleet: its ways to the database, itself as a whole, and its part of the config
/// that all have the same.
class fleet_troubles {
public:
    /// Both outlive it.
    fleet_troubles(site& s, sim_seat& seat);

    void begin();

    /// The ways are good, the config is the fleet's, the clock is right.
    void calm_down();
    [[nodiscard]] async::awaitable<void> end();

private:
    async::awaitable<void> lose_calls(fault f, double fleet_weather::* which, double how_many);
    async::awaitable<void> slow_down();
    async::awaitable<void> freeze_now_and_then();
    async::awaitable<void> mistake_terms();
    async::awaitable<void> set_clock_right();
    void correct_clock();
    void have_terms(bool other);

    site& site_;
    sim_seat& seat_;
    async::task_group befalling_;
};

}  // namespace mayhem::sim
