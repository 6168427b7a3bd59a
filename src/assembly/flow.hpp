#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assembly/driver_source.hpp"
#include "config/config.hpp"
#include "drivers/supervised/supervised_driver.hpp"
#include "drivers/supervised/supervisor.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "mayhem/ports/victims.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/service.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The command of `mayhem exec`: kept alive by a supervisor, and the only target.
struct exec_config {
    /// One thing that is done to it.
    struct act {
        drivers::supervised_driver_settings driver{};
        std::string parameters{};  ///< as messages carry them
        unsigned weight = 1;       ///< how often, beside the others
    };

    drivers::supervisor_settings supervisor;
    std::vector<act> acts{act{}};  ///< at least one
    pipeline::group_settings group;
    std::function<void()> on_crash_loop{};   ///< it began
    std::function<void()> on_left_behind{};  ///< somebody who came from the command could not be ended
};

/// Everything that is made from one config: drivers, groups, queue, pipeline. A reload ends one flow and starts the
/// next. `cancel` and then `end` come before the destructor.
class flow {
public:
    struct surroundings {
        async::loop& loop;
        async::blocking& pool;
        ports::journal& journal;
        ports::limits& limits;
        ports::plan_memory& plans;
        ports::observer& observer;
        telemetry::log log;
        const pipeline::halt_switch& halt;
        pipeline::acted_incarnations& acted;   ///< of the daemon's life: outlives the flow, and the next one
        pipeline::restart_requests& requests;  ///< likewise
        pipeline::span_keeper& spans;          ///< likewise
        const async::wall_jumps& jumps;
        core::random_source random;
        std::uint64_t life = 0;  ///< which life of the daemon this is
        async::task_group::failure_handler on_failure;

        /// Names the random streams of this flow: no two flows of one database may draw the same message ids.
        std::string stream_name;

        /// The flow owns what these make.
        std::function<std::unique_ptr<ports::queue>(const config&)> make_queue{};
        app::open_drivers open_drivers{};

        /// Who decides with this host whom a moment of a shared group hits; null: there are none.
        ports::victims* shared_with = nullptr;
    };

    /// Throws what the drivers' constructors throw, with the group's name in front.
    flow(const config& c, const std::optional<exec_config>& command, const surroundings& s);

    void start(std::vector<ports::unfinished_message> unfinished);

    /// Before the start: of whom the record says that he may have been acted on.
    void doubt(const std::vector<ports::acted_target>& acted_on) { service_.doubt(acted_on); }

    /// Before the start: what the record remembers of the groups.
    void restore(const std::vector<ports::group_memory>& memories);
    [[nodiscard]] std::vector<std::string> group_names() const;

    /// No new work: what is being handled goes on, but what lasts (a pause) ends.
    void stop_accepting() { service_.stop_accepting(); }

    /// Waits until nothing is being handled any more.
    async::awaitable<void> settle() { return service_.settle(); }

    /// Waits until all messages that were to be made (`count_max`) are made and settled.
    async::awaitable<void> drain() { return service_.drain(); }

    [[nodiscard]] std::size_t outstanding_tasks() const noexcept {
        return service_.outstanding_tasks() + supervising_.size();
    }
    void cancel();

    /// Cancels what is masked, too: for a forced end.
    void cut();

    /// Waits for all tasks; those that take longer than `grace` are told to `on_late` and cut. The command of `exec`
    /// ends last.
    async::awaitable<void> end(std::chrono::nanoseconds grace, pipeline::service::late_handler on_late);

    /// Gives what is not settled back to the journal; how many messages that were.
    async::awaitable<std::size_t> nack_unsettled() { return service_.nack_unsettled(); }

    /// For people: what is being handled, of which groups, and how long its recovery may take at most.
    struct work_in_hand {
        std::size_t messages = 0;
        std::vector<std::string> groups;  ///< each once
        std::chrono::nanoseconds recovery_max{};
    };
    [[nodiscard]] work_in_hand in_hand() const;

    [[nodiscard]] std::size_t group_count() const noexcept { return groups_.size(); }
    [[nodiscard]] std::list<pipeline::group>& groups() noexcept { return groups_; }

    /// A message that says: do this to `t` of `g` now. It does nothing before it is handed to `request`.
    [[nodiscard]] core::message make_message(const pipeline::group& g, core::target t, core::act what);

    /// As `pipeline::service::request`.
    [[nodiscard]] bool request(std::shared_ptr<const core::message> m) { return service_.request(std::move(m)); }
    [[nodiscard]] const ports::queue& queue() const noexcept { return *queue_; }

private:
    void add_command(const exec_config& command, const surroundings& s);
    void add_group(const group_config& g, const surroundings& s);
    [[nodiscard]] std::vector<pipeline::group*> group_pointers();
    void tell(const drivers::supervisor_event& e) const;

    telemetry::log log_;
    async::loop& loop_;
    core::random_source requests_random_;
    std::unique_ptr<driver_source> source_;
    std::optional<drivers::process_table> table_;
    std::function<void()> on_crash_loop_;
    std::function<void()> on_left_behind_;
    std::unique_ptr<drivers::supervisor> supervisor_;
    std::list<std::unique_ptr<ports::driver>> drivers_;
    std::list<std::unique_ptr<ports::probe>> probes_;
    std::list<pipeline::group> groups_;
    std::unique_ptr<ports::queue> queue_;
    async::task_group supervising_;
    pipeline::service service_;
};

}  // namespace mayhem::app
