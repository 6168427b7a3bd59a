#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assembly/flow.hpp"
#include "mayhem/core/time.hpp"
#include "mayhem/ports/halt_memory.hpp"
#include "mayhem/ports/limits.hpp"
#include "telemetry/fleet_numbers.hpp"
#include "telemetry/histogram.hpp"
#include "telemetry/metrics.hpp"

namespace mayhem::app {

/// What came of the requests of a queue, in this life of the daemon.
struct request_queue_counts {
    std::uint64_t received = 0;     ///< deliveries
    std::uint64_t done = 0;         ///< settled, whatever the guards said
    std::uint64_t given_back = 0;   ///< another host's
    std::uint64_t given_up = 0;     ///< nothing can be done about them
    std::uint64_t leases_lost = 0;  ///< they came again
};

/// A queue from which requests of others come.
struct request_queue_facts {
    std::string name;
    std::string host;      ///< as which this daemon is asked
    std::string trouble;   ///< why nothing is received now; empty: it is
    std::size_t held = 0;  ///< requests that are not settled
    request_queue_counts counts{};
};

/// How a host stands in its fleet.
struct fleet_facts {
    std::string name;
    std::string host;        ///< as which it takes part
    std::string absence;     ///< why it takes no part now; empty: it does
    bool is_halted = false;  ///< all of the fleet is, as was heard last
    std::size_t untold = 0;  ///< ends of acts that the fleet has not heard of
};

/// The daemon at a glance.
struct daemon_facts {
    std::string phase;      ///< "starting", "running", "reloading", "draining", "stopping"
    std::string waits_for;  ///< what must come about before anything is done; empty: nothing
    bool dry_run = true;
    std::string config_file;  ///< empty: none
    std::filesystem::path store;
    std::uint64_t seed = 0;
    std::uint64_t life = 0;
    core::wall_time started_at{};
    std::optional<fleet_facts> fleet{};  ///< none: it is in no fleet
    std::vector<request_queue_facts> requests{};
};

/// What the control socket sees of the daemon, and may ask of it. The loop's thread only.
class controlled {
public:
    virtual ~controlled() = default;
    [[nodiscard]] virtual daemon_facts facts() const = 0;

    /// Null before there is one. Whoever waits for something of it keeps it: a reload makes another one meanwhile.
    [[nodiscard]] virtual std::shared_ptr<flow> current_flow() const = 0;

    /// The record, opened before anybody can ask.
    [[nodiscard]] virtual ports::limits& limits() = 0;
    [[nodiscard]] virtual ports::halt_memory& halt_memory() = 0;

    /// How long it takes to make something durable.
    [[nodiscard]] virtual telemetry::histogram commit_times() const = 0;

    [[nodiscard]] virtual const telemetry::metrics& counts() const = 0;

    /// How this host stands in its fleet, in numbers; nothing: it is in none.
    [[nodiscard]] virtual std::optional<telemetry::fleet_numbers> fleet_numbers() const { return std::nullopt; }

    /// As of the last reload that succeeded.
    [[nodiscard]] virtual const config& current_config() const = 0;

    /// What was acted on in this life.
    [[nodiscard]] virtual const pipeline::acted_incarnations& acted() const = 0;

    /// What lasts.
    [[nodiscard]] virtual const pipeline::span_keeper& spans() const = 0;

    /// What operators have asked to be restarted.
    [[nodiscard]] virtual pipeline::restart_requests& requests() = 0;

    /// No new work, finish what runs, end. False if it does not run (any more).
    virtual bool drain(const std::string& who) = 0;
};

}  // namespace mayhem::app
