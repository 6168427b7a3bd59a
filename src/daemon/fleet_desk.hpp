#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/controlled.hpp"
#include "config/config.hpp"
#include "daemon/world.hpp"
#include "fleet/member.hpp"
#include "fleet/shared_record.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/observer.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// A daemon's part in its fleet, for the life of the daemon: the connection to what the hosts agree on, and the record
/// with it in front of it. `end` comes before the destructor. The loop's thread only.
class fleet_desk {
public:
    struct surroundings {
        async::loop& loop;
        telemetry::log log;
        ports::observer& observer;
        durable_record& record;
        core::random_source random;
        std::uint64_t life = 0;
        std::uint64_t record_id = 0;  ///< of the database: whoever has a copy of it has the same
        async::task_group::failure_handler on_failure;
    };

    /// Throws `std::runtime_error` where this host cannot take part at all.
    fleet_desk(const fleet_config& c, const world& w, surroundings s);

    void start();

    /// Tells what is left to be told, for a short time and not longer than `grace`, and that this host leaves.
    async::awaitable<void> end(std::chrono::nanoseconds grace);

    /// The groups that `c` shares. Throws `std::runtime_error` for one that cannot be.
    void follow(const config& c);

    [[nodiscard]] ports::journal& journal() noexcept { return journal_; }
    [[nodiscard]] ports::limits& limits() noexcept { return limits_; }
    [[nodiscard]] fleet::member& member() noexcept { return member_; }
    [[nodiscard]] fleet_facts facts() const;

    /// For metrics.
    [[nodiscard]] telemetry::fleet_numbers numbers() const;

private:
    async::awaitable<void> tell_the_rest();

    const std::string name_;
    async::loop& loop_;
    const telemetry::log log_;
    std::unique_ptr<fleet_database> database_;
    fleet::member member_;
    fleet::shared_limits limits_;
    fleet::shared_journal journal_;
    bool is_started_ = false;
    async::task_group tasks_;
};

}  // namespace mayhem::app
