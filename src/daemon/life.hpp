#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/controlled.hpp"
#include "assembly/flow.hpp"
#include "config/config.hpp"
#include "daemon/daemon_options.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/fleet_desk.hpp"
#include "daemon/history_keeper.hpp"
#include "daemon/metrics_desk.hpp"
#include "daemon/notification_desk.hpp"
#include "daemon/request_desk.hpp"
#include "daemon/status_line.hpp"
#include "daemon/world.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "telemetry/fan_out.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/step_log.hpp"

namespace mayhem::app {

/// The daemon's life: start, reload, shutdown, and what works beside the flow. Knows no operating system: what it needs
/// is its world, and who runs it says when somebody wants it to reload or to end (docs/operations.md has the table).
/// The loop's thread only.
class life final : private controlled {
public:
    life(world w, daemon_options options);

    life(const life&) = delete;
    life& operator=(const life&) = delete;

    /// Once, before the loop runs. Lives until it is told to stop, a failure or the end of the work; then the keeper
    /// hears that it is over.
    void start();

    /// How the program ends, once it is over.
    [[nodiscard]] int status() const noexcept { return status_; }

    /// Somebody wants it to end: graceful at first, at once when it is ending already. `name` for the log;
    /// `forced_status` is how the program then ends.
    void stop(std::string_view name, int forced_status);

    /// Somebody hung up: reads the config anew; without a config file, the same as `stop`, but never forced.
    void hang_up(std::string_view name);

    /// An exception that nobody caught, also of who runs it: the daemon shuts down. When it was memory that it lacked,
    /// what was kept for the end is there from now on.
    void fail(const async::task_failure& f);

    /// Logs every live task.
    void dump_tasks();

private:
    enum class phase { starting, running, stopping };

    /// Several times what a shutdown takes. Little enough for malloc to keep the block at hand when it is given back.
    static constexpr std::size_t end_bytes = 96UL * 1024;

    async::awaitable<void> live();
    async::awaitable<void> open_record();
    void join_fleet();
    [[nodiscard]] std::string next_stream();
    void open_requests();
    /// Takes `next` over once the record has been read. Throws `core::store_failed`: it is as it was then.
    async::awaitable<void> start_flow(std::unique_ptr<flow>& next);
    /// For a daemon that runs: it does not end because somebody holds the database for a while.
    async::awaitable<void> start_flow_when_possible(std::unique_ptr<flow> next);
    /// Keeps the record of the halt, and notices what is done to it from outside.
    void attend_to_halts();
    async::awaitable<void> configure_halt();
    async::awaitable<std::size_t> nack_unsettled();
    async::awaitable<void> tell_how_to_arm();
    /// How many can be hit in each group of `of`, and when the next moment is; warns of groups that can hit nobody.
    async::awaitable<void> tell_outlook(std::shared_ptr<flow> of);
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
    async::awaitable<void> close_record();
    void arm_last_resort();
    void wait_for(const std::string& what);
    [[nodiscard]] std::string waits_for() const;
    void tell_late(const std::vector<std::string>& tasks, std::chrono::nanoseconds grace);
    async::awaitable<void> end_when_drained();
    async::awaitable<void> give_up_after(std::chrono::nanoseconds limit, std::string why);

    /// For who shows the service: halted, armed, whose breaker is open.
    [[nodiscard]] std::string describe_state() const;
    /// Tells the keeper, if it is not what he was told last.
    void tell_state() noexcept;

    void request_stop();
    void force_stop(std::string_view name, int status);
    void fail_with(exit_status status, const std::string& why);
    void tell(const async::task_failure& f) noexcept;
    [[nodiscard]] daemon_facts facts() const override;
    [[nodiscard]] std::shared_ptr<flow> current_flow() const override { return flow_; }
    [[nodiscard]] ports::limits& limits() override { return record_->limits(); }
    [[nodiscard]] ports::halt_memory& halt_memory() override { return record_->halt_memory(); }
    [[nodiscard]] telemetry::histogram commit_times() const override { return record_->commit_times(); }
    [[nodiscard]] const telemetry::metrics& counts() const override { return metrics_; }
    [[nodiscard]] std::optional<telemetry::fleet_numbers> fleet_numbers() const override {
        return fleet_ ? std::optional(fleet_->numbers()) : std::nullopt;
    }
    [[nodiscard]] const config& current_config() const override { return options_.config; }
    [[nodiscard]] const pipeline::acted_incarnations& acted() const override { return acted_; }
    [[nodiscard]] const pipeline::span_keeper& spans() const override { return spans_; }
    [[nodiscard]] pipeline::restart_requests& requests() override { return requests_; }
    bool drain(const std::string& who) override;
    [[nodiscard]] std::unique_ptr<flow> make_flow(const config& c);
    [[nodiscard]] std::unique_ptr<flow> try_to_make_flow(const config& c);

    const world world_;
    async::loop& loop_;
    const telemetry::log log_;
    daemon_options options_;
    telemetry::metrics metrics_;
    telemetry::step_log step_log_;
    telemetry::fan_out observer_;
    phase phase_ = phase::starting;
    int status_ = 0;
    bool has_failed_ = false;
    bool reload_requested_ = false;
    bool drain_requested_ = false;
    bool is_draining_ = false;
    bool is_reloading_ = false;  ///< nothing new is taken until another flow runs
    std::string waits_for_;      ///< by then: for what
    std::string told_state_;     ///< to the keeper, last
    status_line status_line_{[this] { tell_state(); }};
    bool is_end_troubled_ = false;  ///< one of its steps has failed
    async::event wakeup_;           ///< set when a wish has come, or the end
    async::event stopping_;         ///< set with that phase
    const core::wall_time started_at_;
    std::uint64_t seed_ = 0;
    std::uint64_t life_ = 0;
    std::uint64_t flows_ = 0;  ///< made in this life: each reload makes one
    std::unique_ptr<std::byte[]> memory_for_the_end_ = std::make_unique_for_overwrite<std::byte[]>(end_bytes);
    std::unique_ptr<durable_record> record_;
    std::unique_ptr<fleet_desk> fleet_;               ///< none: this host is in no fleet
    std::unique_ptr<request_desk> outside_requests_;  ///< none: nobody outside can ask for anything
    pipeline::restart_requests requests_;
    pipeline::acted_incarnations acted_;
    pipeline::span_keeper spans_;
    std::shared_ptr<flow> flow_;
    halt_desk halt_;
    notification_desk notifications_;
    metrics_desk metrics_desk_;
    std::unique_ptr<front> front_;
    history_keeper history_;
    async::task_group attending_;  ///< the end, and the last resort: end after everything else
    async::task_group halting_;
    async::task_group draining_;
    async::task_group living_;
};

}  // namespace mayhem::app
