#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/core/random.hpp"
#include "sim/chance/dice.hpp"
#include "sim/chance/sometimes.hpp"
#include "sim/chance/trace.hpp"
#include "sim/disk/disk.hpp"
#include "sim/world/ambush.hpp"
#include "sim/world/config_maker.hpp"
#include "sim/world/halt_files.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/message_origins.hpp"
#include "sim/world/operators.hpp"
#include "sim/world/sim_host.hpp"
#include "sim/world/world_log.hpp"

namespace mayhem::sim {

/// One host of a world with all that is on it and around it: its clocks, its loop, its disk, its targets, its daemon,
/// life after life, its dice, and its people.
class site {
public:
    struct terms {
        std::string name;          ///< of the host
        core::random_source root;  ///< of all chance here
        async::clock::wall_time_point start;
        bool in_order = false;  ///< ready coroutines go on in the order in which they became ready
        dice::personality faults{};
        sim::pace pace = sim::pace::hectic;
        std::optional<std::size_t> groups{};
        std::optional<shared_part> shared{};  ///< what its config has in common with other hosts'
        sim_seat* seat = nullptr;             ///< its place at the fleet's database; outlives it
    };

    /// Both outlive it.
    site(terms t, chronicle& all, telemetry::logging& log);
    site(const site&) = delete;
    site& operator=(const site&) = delete;

    /// Targets live, the daemon starts, and whatever may befall them does.
    void begin();

    /// Nothing goes wrong any more.
    void calm_down() { parts.dice.be_quiet(); }

    /// What its record says, for the judge, after somebody has asked once more how it is.
    void tell_record();

    /// An orderly end.
    [[nodiscard]] async::awaitable<void> end();

    /// Which tasks there are, with what they wait for.
    [[nodiscard]] std::string describe_tasks();

    async::virtual_clock clock;
    async::loop loop;
    async::wall_jumps jumps;
    trace steps;
    sim::disk disk;
    sim::dice dice;
    world_log log;
    sometimes rare;
    sim::ambush ambush;
    scene parts;
    config_maker configs;
    undo_shelf notes;
    herd targets;
    halt_files files;
    message_origins origins;
    sim_estate estate;
    sim_host host;
    operators people;

    /// What has ended it before its time: time does not go on here. Empty: nothing has.
    std::string trouble;
};

}  // namespace mayhem::sim
