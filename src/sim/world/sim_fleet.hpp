#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "sim/chance/dice.hpp"
#include "sim/chance/sometimes.hpp"
#include "sim/chance/trace.hpp"
#include "sim/fleet/fleet_tables.hpp"
#include "sim/fleet/sim_ledger.hpp"
#include "sim/world/chronicle.hpp"
#include "sim/world/world_log.hpp"

namespace mayhem::sim {

/// The database that the hosts of a simulated fleet share, on a machine of its own, with a clock of its own; what
/// befalls it there: a crash, silence, a standby that takes over and lacks the newest commits; and who halts the fleet,
/// closes its breakers and accepts a loss. Tells the judge what is on record.
class sim_fleet {
public:
    struct terms {
        core::random_source root;
        async::clock::wall_time_point start;
        bool in_order = false;
        sim::dice::personality faults{};
        sim::pace pace = sim::pace::hectic;
        std::string group;  ///< that the hosts share
    };

    /// `all` outlives it.
    sim_fleet(terms t, chronicle& all);

    void begin();

    /// Everything is as it should be from now on: nothing is halted, lost or broken.
    void calm_down();
    [[nodiscard]] async::awaitable<void> end();

    [[nodiscard]] core::wall_time now() const noexcept { return clock.wall_now(); }
    [[nodiscard]] ledger_place::reach state() const noexcept { return state_; }

    /// A host's call has been carried out.
    void look_what_is_new(bool is_heard);

    /// Whether the host was let act, and has not told how that ended.
    [[nodiscard]] bool has_claim_of(const std::string& host) const;

    async::virtual_clock clock;
    async::loop loop;
    trace steps;
    sim::dice dice;
    world_log log;
    sometimes rare;
    fleet_tables tables;

private:
    async::awaitable<dice::outcome> next(fault f, std::chrono::nanoseconds mean);
    async::awaitable<void> be_away_now_and_then(fault f, ledger_place::reach how);
    async::awaitable<void> fall_back_now_and_then();
    async::awaitable<void> halt_now_and_then();
    async::awaitable<void> close_breakers();
    void fall_back_to(const fleet_tables& standby);
    void tell(const fleet_tables::entry& e);
    void note_rare(const fleet_tables::entry& e, bool is_heard);
    void tell_halts();

    const std::string group_;
    ledger_place::reach state_ = ledger_place::reach::there;
    std::size_t told_ = 0;  ///< so many entries of the journal
    bool has_lost_ = false;
    std::set<core::uuid> claimed_;  ///< and not settled
    async::event has_granted_;
    async::event has_claimed_;
    async::task_group befalling_;

public:
    async::task_group story;  ///< whoever says what happens when
};

}  // namespace mayhem::sim
