#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/control_service.hpp"
#include "api/controlled.hpp"
#include "assembly/flow.hpp"
#include "config/config.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/history_keeper.hpp"
#include "daemon/metrics_desk.hpp"
#include "daemon/notification_desk.hpp"
#include "halts/file_sight.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "stores/sqlite/sqlite_store.hpp"
#include "stores/sqlite/store_lock.hpp"
#include "system/service_manager.hpp"
#include "telemetry/fan_out.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/step_log.hpp"

namespace mayhem::app {

/// What a daemon is started with.
struct daemon_options {
    app::config config;
    std::optional<std::filesystem::path> config_file;  ///< for reloading; without one, SIGHUP ends the daemon
    std::filesystem::path store;
    std::optional<std::filesystem::path> socket;  ///< where to listen for commands; absent: nowhere
    bool is_armed_by_flag = false;                ///< `--no-dry-run` outranks the file, also at a reload
    bool debug_async = false;
    std::optional<std::chrono::nanoseconds> monitor_tasks;  ///< log every live task so often
    std::optional<exec_config> command;                     ///< `mayhem exec`
    std::optional<std::chrono::nanoseconds> run_for;        ///< end by itself after so long
    bool end_when_drained = false;                          ///< end by itself when `count_max` messages are settled
};

/// The daemon's life: start, reload, shutdown, and the signals that ask for them (docs/operations.md has the table).
/// Signals are caught from construction on, so that there is no moment at which one goes wrong. Main thread.
class daemon final : private controlled {
public:
    /// `loop` and `logging` outlive it.
    daemon(async::loop& loop, telemetry::logging& logging, daemon_options options);

    ~daemon() override;
    daemon(const daemon&) = delete;
    daemon& operator=(const daemon&) = delete;

    /// Keeps the daemon's signals pending from the program's start until a daemon is there to receive them; the
    /// destructor does so again, for whatever the program still has to do. What is pending when it ends is forgotten.
    static void hold_signals();

    /// Lives until a signal, a failure or the end of the work; returns the program's exit status.
    int run();

private:
    enum class phase { starting, running, stopping };

    async::awaitable<void> live();
    async::awaitable<void> open_store();
    /// Takes `next` over once the record has been read. Throws `core::store_failed`: it is as it was then.
    async::awaitable<void> start_flow(std::unique_ptr<flow>& next);
    /// For a daemon that runs: it does not end because somebody holds the database for a while.
    async::awaitable<void> start_flow_when_possible(std::unique_ptr<flow> next);
    async::awaitable<void> configure_halt();
    async::awaitable<std::size_t> nack_unsettled();
    async::awaitable<void> tell_how_to_arm();
    async::awaitable<void> wait_for_the_end();
    async::awaitable<void> reload();
    /// Waits until the flow has nothing in hand any more, and tells what it waits for.
    async::awaitable<void> settle_for_reload();
    async::awaitable<void> finish_what_runs();
    /// A task of its own: whatever becomes of `live`, the daemon shuts down.
    async::awaitable<void> end();
    async::awaitable<void> shut_down();
    /// One step of the shutdown: when it fails, the others follow all the same.
    async::awaitable<void> attempt(async::awaitable<void> step);
    async::awaitable<void> end_flow(std::chrono::nanoseconds grace);
    async::awaitable<void> close_store();
    void arm_last_resort();
    void wait_for(const std::string& what);
    [[nodiscard]] std::string waits_for() const;
    void tell_late(const std::vector<std::string>& tasks, std::chrono::nanoseconds grace);
    async::awaitable<void> listen_to_signals();
    async::awaitable<void> feed_watchdog(std::chrono::microseconds period);
    async::awaitable<void> end_when_drained();
    async::awaitable<void> give_up_after(std::chrono::nanoseconds limit, std::string why);

    void handle_signal(int number);
    void request_stop();
    void force_stop(int number);
    void fail(const async::task_failure& f);
    void fail_with(exit_status status, const std::string& why);
    void dump_tasks();
    [[nodiscard]] daemon_facts facts() const override;
    [[nodiscard]] std::shared_ptr<flow> current_flow() const override { return flow_; }
    [[nodiscard]] ports::limits& limits() override { return *store_; }
    [[nodiscard]] ports::halt_memory& halt_memory() override { return *store_; }
    [[nodiscard]] telemetry::histogram commit_times() const override;
    [[nodiscard]] const telemetry::metrics& counts() const override { return metrics_; }
    [[nodiscard]] const config& current_config() const override { return options_.config; }
    [[nodiscard]] const pipeline::acted_incarnations& acted() const override { return acted_; }
    [[nodiscard]] pipeline::restart_requests& requests() override { return requests_; }
    bool drain(const std::string& who) override;
    [[nodiscard]] std::unique_ptr<flow> make_flow(const config& c);
    [[nodiscard]] std::unique_ptr<flow> try_to_make_flow(const config& c);

    async::loop& loop_;
    telemetry::logging& logging_;
    const telemetry::log log_;
    daemon_options options_;
    service_manager manager_;
    telemetry::metrics metrics_;
    telemetry::step_log step_log_;
    telemetry::fan_out observer_;
    asio::basic_signal_set<async::executor> signals_;
    phase phase_ = phase::starting;
    int status_ = 0;
    bool has_failed_ = false;
    bool reload_requested_ = false;
    bool drain_requested_ = false;
    bool is_draining_ = false;
    bool is_reloading_ = false;     ///< nothing new is taken until another flow runs
    std::string waits_for_;         ///< by then: for what
    bool is_end_troubled_ = false;  ///< one of its steps has failed
    async::event wakeup_;           ///< set when a wish has come, or the end
    async::event stopping_;         ///< set with that phase
    const core::wall_time started_at_;
    std::uint64_t seed_ = 0;
    std::uint64_t life_ = 0;
    std::uint64_t flows_ = 0;  ///< made in this life: each reload makes one
    async::thread_pool pool_{2, "mayhem-io"};
    std::unique_ptr<stores::store_lock> lock_;
    std::unique_ptr<stores::sqlite_store> store_;
    pipeline::restart_requests requests_;
    pipeline::acted_incarnations acted_;
    std::shared_ptr<flow> flow_;
    file_sight sight_;
    halt_desk halt_;
    notification_desk notifications_;
    metrics_desk metrics_desk_;
    control_service control_;
    history_keeper history_;
    async::task_group attending_;  ///< signals, watchdog, the end: end after everything else
    async::task_group draining_;
    async::task_group living_;
};

}  // namespace mayhem::app
