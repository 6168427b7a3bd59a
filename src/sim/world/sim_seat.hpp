#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "daemon/world.hpp"
#include "mayhem/async/clock.hpp"
#include "sim/fleet/sim_ledger.hpp"
#include "sim/world/process.hpp"
#include "sim/world/world_log.hpp"

namespace mayhem::sim {

class sim_fleet;

/// A host's place at the database of its fleet, over all lives of its daemon: how its calls fare on their way there.
/// Whoever turns the host's clock on looks whether it stands still.
struct sim_seat {
    sim_fleet& fleet;  ///< outlives it
    std::string host;
    fleet_weather weather{};

    /// Until then nothing happens on the host, and its steady clock goes on.
    std::optional<async::clock::time_point> frozen_until{};
    std::optional<standing_trouble> stillness{};
};

/// The fleet's database, for one life of a host's daemon. What a dead process still says is not heard.
class sim_database final : public app::fleet_database {
public:
    /// Both outlive it.
    sim_database(process& p, sim_seat& seat, core::uuid life);

    [[nodiscard]] fleet::ledger& ledger() noexcept override { return ledger_; }
    [[nodiscard]] const std::string& host() const noexcept override { return seat_.host; }
    [[nodiscard]] std::chrono::nanoseconds boot_time() const noexcept override;
    async::awaitable<void> run() override;

private:
    [[nodiscard]] ledger_place place();

    process& process_;
    sim_seat& seat_;
    sim_ledger ledger_;
};

}  // namespace mayhem::sim
