#include "sim/world/fleet_troubles.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/world/next_of.hpp"
#include "sim/world/rethrow.hpp"
#include "sim/world/sim_fleet.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

// From one to the next, in a run in which they are rare.
constexpr std::chrono::nanoseconds between_cuts = 4h;
constexpr std::chrono::nanoseconds between_freezes = 4h;
constexpr std::chrono::nanoseconds between_mistakes = 12h;

constexpr std::chrono::minutes clock_is_set_right_every{20};

}  // namespace

fleet_troubles::fleet_troubles(site& s, sim_seat& seat)
    : site_(s), seat_(seat), befalling_(s.loop, "fleet_troubles", &rethrow) {}

void fleet_troubles::begin() {
    befalling_.spawn("cuts", lose_calls(fault::cut_off, &fleet_weather::refused_to_go, 1));
    befalling_.spawn("lost_calls", lose_calls(fault::lost_call, &fleet_weather::lost_before, 0.5));
    befalling_.spawn("lost_answers", lose_calls(fault::lost_answer, &fleet_weather::lost_after, 0.5));
    befalling_.spawn("slow_ways", slow_down());
    befalling_.spawn("freezes", freeze_now_and_then());
    befalling_.spawn("mistakes", mistake_terms());
    befalling_.spawn("clock_service", set_clock_right());
}

void fleet_troubles::calm_down() {
    seat_.weather = {};
    correct_clock();
    have_terms(false);
}

async::awaitable<void> fleet_troubles::end() {
    const async::frame here;
    befalling_.cancel();
    co_await befalling_.join();
}

async::awaitable<void> fleet_troubles::lose_calls(fault f, double fleet_weather::* which, double how_many) {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next_of(site_.parts, f, between_cuts);
        if (!comes) {
            continue;
        }
        seat_.weather.*which = how_many;
        const std::chrono::nanoseconds lasts = spread(comes.severity, 1s, 30min);
        co_await async::sleep_for(lasts);
        seat_.weather.*which = 0;
    }
}

async::awaitable<void> fleet_troubles::slow_down() {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next_of(site_.parts, fault::slow_way, between_cuts);
        if (!comes) {
            continue;
        }
        seat_.weather.way_max = spread(comes.choice, 50ms, 2s);
        const std::chrono::nanoseconds lasts = spread(comes.severity, 1s, 15min);
        co_await async::sleep_for(lasts);
        seat_.weather.way_max = fleet_weather{}.way_max;
    }
}

async::awaitable<void> fleet_troubles::freeze_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next_of(site_.parts, fault::freeze, between_freezes);
        if (comes) {
            site_.host.strike(comes, [this, comes] {
                if (seat_.frozen_until) {
                    return;
                }
                seat_.frozen_until = site_.clock.now() + spread(comes.severity, 50ms, 3min);
                seat_.stillness.emplace(site_.log, trouble_kind::standstill, std::nullopt, "the host stands still");
                if (seat_.fleet.has_claim_of(seat_.host)) {
                    site_.rare.note(rare_state::fleet_frozen_after_claim);
                }
            });
        }
    }
}

async::awaitable<void> fleet_troubles::mistake_terms() {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next_of(site_.parts, fault::wrong_plan, between_mistakes);
        if (!comes) {
            continue;
        }
        have_terms(true);
        const std::chrono::nanoseconds lasts = spread(comes.severity, 1s, 1h);
        co_await async::sleep_for(lasts);
        site_.rare.note(rare_state::fleet_stood_aside);
        have_terms(false);
    }
}

void fleet_troubles::have_terms(bool other) {
    const bool is_new = site_.configs.has_other_terms != other;
    site_.configs.has_other_terms = other;
    sim_life* const life = site_.host.life();
    if (is_new && life != nullptr) {
        life->set_config(sim_life::config_state::whole);
        life->reload();
    }
}

/// As a time service does; until then the host takes no part, if it is off by more than a second.
async::awaitable<void> fleet_troubles::set_clock_right() {
    const async::frame here;
    for (;;) {
        co_await async::sleep_for(clock_is_set_right_every);
        correct_clock();
    }
}

void fleet_troubles::correct_clock() {
    const core::wall_time shown = site_.clock.wall_now();
    const core::wall_time right = seat_.fleet.now();
    if (shown == right) {
        return;
    }
    site_.clock.jump_wall(right - shown);
    site_.log.tell(clock_set{.from = shown});
    site_.jumps.note();
}

}  // namespace mayhem::sim
