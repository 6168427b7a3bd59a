#include "sim/world/sim_seat.hpp"

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "sim/world/sim_fleet.hpp"

namespace mayhem::sim {

sim_database::sim_database(process& p, sim_seat& seat, core::uuid life)
    : process_(p),
      seat_(seat),
      ledger_(
          seat.fleet.tables, seat.weather, [this] { return boot_time(); },
          p.world().dice.stream("ways").stream(std::to_string(p.number())), {.host = seat.host, .life = life},
          place()) {}

ledger_place sim_database::place() {
    return {.state = [this] { return process_.is_alive() ? seat_.fleet.state() : ledger_place::reach::away; },
            .now = [this] { return seat_.fleet.now(); },
            .worked =
                [this](bool is_heard) {
                    seat_.fleet.look_what_is_new(is_heard && process_.is_alive());
                    process_.note_call();
                }};
}

std::chrono::nanoseconds sim_database::boot_time() const noexcept {
    return process_.world().clock.now().time_since_epoch();
}

async::awaitable<void> sim_database::run() {
    const async::frame here;
    async::event never;
    co_await never.wait();
}

}  // namespace mayhem::sim
