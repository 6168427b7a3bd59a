#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/daemon/program.hpp"
#include "integration/daemon/workers.hpp"
#include "sim/judge/event.hpp"
#include "sim/judge/findings.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::testing {

/// A fleet of real daemons with real targets around a real database: each host is a folder, a daemon, and processes of
/// its own, one for each group that the hosts share. What the processes wrote down, and what the database has on
/// record, is judged by the judge of the simulation.
class fleet_rig {
public:
    using clock = std::chrono::system_clock;

    struct terms {
        std::size_t hosts = 3;
        std::size_t groups = 1;  ///< at most 9; a group has a moment every ten seconds
        std::size_t min_healthy = 0;
        std::size_t max_unavailable = 0;
    };

    /// `ports`: where its database is or may be; the first has it now. `primary` outlives it.
    fleet_rig(const test::postgres_bed& primary, const std::vector<std::string>& ports, terms t);

    struct host {
        explicit host(std::string called, std::size_t groups)
            : name(std::move(called)), herd(static_cast<int>(groups)) {}

        std::string name;
        workers herd;
        test_folder folder{};
        std::string config{};
        std::optional<program> daemon{};
    };
    [[nodiscard]] std::list<host>& hosts() noexcept { return hosts_; }

    void start(host& h) const;
    void start_all();

    /// An orderly end of all; what they say at it.
    void stop_all();

    /// Halts the fleet, or ends that, as an operator does.
    void halt();
    void resume();

    /// How often the processes were told to end.
    [[nodiscard]] std::size_t deaths() const;

    /// What the judge says, by the record of this server. Every event besides, for a test that falsifies some.
    [[nodiscard]] std::vector<sim::event> witnessed(const test::postgres_bed& record) const;

    /// Of all of them, in the order in which a judge wants them.
    [[nodiscard]] static sim::findings judge(std::vector<sim::event> events);

    [[nodiscard]] std::string logs() const;

private:
    [[nodiscard]] std::string config_of(const host& h, const std::string& secret) const;
    void halt_or_resume(const char* command, sim::fleet_step step);
    finished as_admin(std::vector<std::string> words) const;

    const test::postgres_bed& primary_;
    const std::vector<std::string> ports_;
    const terms terms_;
    const clock::time_point began_ = clock::now();
    std::list<host> hosts_;
    std::vector<sim::event> halts_;
};

}  // namespace mayhem::testing
