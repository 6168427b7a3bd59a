#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "api/controlled.hpp"
#include "assembly/driver_source.hpp"
#include "config/config.hpp"
#include "config/config_file.hpp"
#include "fleet/ledger.hpp"
#include "halts/halt_desk.hpp"
#include "halts/halt_sight.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/ports/halt_memory.hpp"
#include "mayhem/ports/history.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "mayhem/ports/queue.hpp"
#include "mayhem/ports/request_queue.hpp"
#include "mayhem/ports/undo_notes.hpp"
#include "telemetry/fleet_numbers.hpp"
#include "telemetry/histogram.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::app {

/// The durable record, opened for one life of the daemon. What its parts promise stands with the ports. The loop's
/// thread only.
class durable_record {
public:
    virtual ~durable_record() = default;

    [[nodiscard]] virtual ports::journal& journal() = 0;
    [[nodiscard]] virtual ports::limits& limits() = 0;
    [[nodiscard]] virtual ports::plan_memory& plans() = 0;
    [[nodiscard]] virtual ports::history& history() = 0;
    [[nodiscard]] virtual ports::halt_memory& halt_memory() = 0;

    /// As it was found.
    struct found {
        std::uint64_t seed = 0;  ///< the one on record
        std::uint64_t life = 0;  ///< this is so many-th that works with it
        std::optional<ports::halt_record> halted;
    };
    [[nodiscard]] virtual const found& at_the_start() const noexcept = 0;

    /// Why nothing can be recorded now; empty when it can.
    [[nodiscard]] virtual std::string trouble() const = 0;

    /// How long it takes to make something durable.
    [[nodiscard]] virtual telemetry::histogram commit_times() const = 0;

    /// The last call. Throws `core::store_failed`: the record is closed all the same.
    virtual async::awaitable<void> close() = 0;
};

/// Where operators ask. The loop's thread only.
class front {
public:
    virtual ~front() = default;

    /// Answers from now on. Throws `control::cannot_listen`, and `std::runtime_error` for a token that cannot be used.
    virtual async::awaitable<void> start(control_config c) = 0;

    /// Nobody is answered any more.
    virtual async::awaitable<void> stop() = 0;

    /// Is told what happens, for those who listen.
    [[nodiscard]] virtual ports::observer& observer() noexcept = 0;
};

/// Whoever keeps the process: is told how far the life has come, and ends it where it does not end by itself. Must not
/// throw. The loop's thread only.
class keeper {
public:
    virtual ~keeper() = default;

    virtual void ready(const std::string& status) = 0;
    virtual void reloading(const std::string& status) = 0;
    virtual void status(const std::string& text) = 0;
    virtual void stopping() = 0;

    /// The life is over: nothing of it is left on the loop.
    virtual void over() = 0;

    /// Ends the process now, whatever is left, with this status.
    virtual void give_up(int status) = 0;
};

/// What the hosts of a fleet agree on, for one life of this host's daemon. The loop's thread only.
class fleet_database {
public:
    virtual ~fleet_database() = default;

    [[nodiscard]] virtual fleet::ledger& ledger() noexcept = 0;
    [[nodiscard]] virtual const std::string& host() const noexcept = 0;             ///< as which this one takes part
    [[nodiscard]] virtual std::chrono::nanoseconds boot_time() const noexcept = 0;  ///< goes on in a suspend

    /// Whether there is a way to it at the moment, and how its calls have ended. One that needs no way has always one.
    [[nodiscard]] virtual bool is_connected() const noexcept { return true; }
    [[nodiscard]] virtual telemetry::fleet_call_numbers calls() const noexcept { return {}; }

    /// Keeps the way to it open until it is cancelled.
    virtual async::awaitable<void> run() = 0;
};

/// A queue of requests, and as which host this one is asked there.
struct opened_requests {
    std::unique_ptr<ports::request_queue> from;
    std::string host;
};

/// What a daemon's life needs from outside. Everything outlives the life.
struct world {
    async::loop& loop;
    const async::wall_jumps& jumps;  ///< of the loop's clock
    telemetry::logging& logging;
    async::blocking& threads;
    halt_sight& sight;
    ports::undo_notes& undo_notes;                            ///< of what lasts
    std::span<const std::unique_ptr<ports::action>> actions;  ///< who ends it
    keeper& kept_by;

    /// For what must differ from life to life and be foretold by nobody.
    std::function<std::uint64_t()> draw_seed;

    /// Opens the record; `seed` becomes the one on it where there is none. Throws `core::store_failed`.
    std::function<async::awaitable<std::unique_ptr<durable_record>>(std::uint64_t seed)> open_record;

    /// Reads the config anew, from the file that the options name.
    std::function<async::awaitable<config_result>()> read_config;

    /// For each flow.
    std::function<std::unique_ptr<ports::queue>(const config&)> make_queue;
    app::open_drivers open_drivers;

    /// `of` answers the questions, `metrics` has the numbers; both outlive it, as does what is passed beside them.
    struct front_parts {
        controlled& of;
        halt_desk& halt;
        std::function<std::string()> metrics;
        async::task_group::failure_handler on_failure;
    };
    std::function<std::unique_ptr<front>(front_parts)> open_front;

    /// Opens what [fleet] names, for a daemon with this life. Throws `std::runtime_error`. Empty: there are no fleets.
    std::function<std::unique_ptr<fleet_database>(const fleet_config& c, core::uuid life)> open_fleet{};

    /// Opens what a [queue.NAME] names. Throws `std::runtime_error`. Empty: there are no requests from outside.
    std::function<opened_requests(const request_queue_config& c)> open_requests{};
};

}  // namespace mayhem::app
