#include "daemon/life.hpp"

#include <utility>

#include "config/armed_groups.hpp"
#include "config/store_path.hpp"
#include "control/listening_socket.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/time.hpp"
#include "telemetry/task_monitor.hpp"

namespace mayhem::app {

life::life(world w, daemon_options options)
    : world_(std::move(w)),
      loop_(world_.loop),
      log_(world_.logging.get()),
      options_(std::move(options)),
      step_log_(log_, metrics_),
      started_at_(loop_.clock().wall_now()),
      spans_(
          world_.undo_notes, world_.actions, [this](std::string_view text) { observer_.warn(text); },
          [this](const ports::undo_note& /*n*/, std::string_view why) { notifications_.tell_stuck(why); }),
      halt_(loop_, log_, world_.sight),
      notifications_({.loop = loop_,
                      .pool = world_.threads,
                      .halt = halt_,
                      .log = log_,
                      .seed = world_.draw_seed(),
                      .warn = [this](std::string_view text) { observer_.warn(text); },
                      .on_failure = [this](const async::task_failure& f) { fail(f); }}),
      metrics_desk_(loop_, *this, halt_, notifications_.notifier(), [this](const async::task_failure& f) { fail(f); }),
      front_(world_.open_front({.of = *this,
                                .halt = halt_,
                                .metrics =
                                    [this] {
                                        metrics_.dropped_log_lines = world_.logging.dropped();
                                        return metrics_desk_.text();
                                    },
                                .on_failure = [this](const async::task_failure& f) { fail(f); }})),
      history_(
          loop_, log_, [this] { return options_.config.history_keep; },
          [this](const async::task_failure& f) { fail(f); }),
      attending_(loop_, "daemon", [this](const async::task_failure& f) { fail(f); }),
      halting_(loop_, "halts", [this](const async::task_failure& f) { fail(f); }),
      draining_(loop_, "daemon", [this](const async::task_failure& f) { fail(f); }),
      living_(loop_, "daemon", [this](const async::task_failure& f) { fail(f); }) {
    observer_.add(step_log_);
    observer_.add(metrics_desk_.observer());
    observer_.add(front_->observer());
    observer_.add(notifications_.observer());
    observer_.add(status_line_);
    halt_.on_change([this](std::string_view /*what*/, const pipeline::halt_reason& /*r*/) { tell_state(); });
    loop_.set_debug(options_.debug_async);
    loop_.monitor().on_slow_step(std::chrono::milliseconds{options_.debug_async ? 100 : 50},
                                 [this](const async::slow_step& s) {
                                     log_.warning("Executing <Task {}> took {:.3f} seconds",
                                                  s.task.empty() ? "(none)" : s.task, core::to_seconds(s.took));
                                 });
    loop_.monitor().on_spin([this](const async::task_info& t) {
        log_.error("A task that was asked to end goes on for ever: {}", async::to_string(t));
    });
}

void life::start() {
    attending_.spawn("end", end());
    halting_.spawn("spans", spans_.run());
    living_.spawn("life", live());
    if (options_.monitor_tasks) {
        attending_.spawn(
            "monitor_tasks",
            telemetry::monitor_tasks(*options_.monitor_tasks, [this](const std::string& t) { log_.info("{}", t); }));
    }
}

async::awaitable<void> life::live() {
    const async::frame here;
    try {
        co_await open_record();
        if (phase_ == phase::starting) {
            attend_to_halts();
            co_await front_->start(options_.config.control);
            metrics_desk_.start(options_.config.metrics);
            co_await notifications_.start(options_.config, facts().config_file);
        }
        if (phase_ == phase::starting) {
            join_fleet();
            std::unique_ptr<flow> first = make_flow(options_.config);
            open_requests();
            co_await start_flow(first);
            history_.start(record_->history());
            if (outside_requests_ && phase_ == phase::running) {
                outside_requests_->start();
            }
        }
    } catch (const core::store_failed& e) {
        fail_with(exit_status::store, e.what());
    } catch (const control::cannot_listen& e) {
        fail_with(exit_status::unavailable, e.what());
    } catch (const std::runtime_error& e) {
        fail_with(exit_status::config, e.what());
    }
    co_await wait_for_the_end();
}

async::awaitable<void> life::open_record() {
    const async::frame here;
    record_ = co_await world_.open_record(options_.config.seed.value_or(world_.draw_seed()));
    const durable_record::found& found = record_->at_the_start();
    seed_ = options_.config.seed.value_or(found.seed);
    life_ = found.life;
    halt_.recall(found.halted);
    co_await configure_halt();
}

void life::join_fleet() {
    if (!options_.config.fleet) {
        return;
    }
    fleet_ = std::make_unique<fleet_desk>(
        *options_.config.fleet, world_,
        fleet_desk::surroundings{.loop = loop_,
                                 .log = log_,
                                 .observer = observer_,
                                 .record = *record_,
                                 .random = core::random_source(world_.draw_seed()),
                                 .life = life_,
                                 .record_id = record_->at_the_start().seed,
                                 .on_failure = [this](const async::task_failure& f) { fail(f); }});
    fleet_->start();
}

void life::open_requests() {
    if (options_.config.request_queues.empty()) {
        return;
    }
    outside_requests_ = std::make_unique<request_desk>(
        options_.config.request_queues, world_,
        request_intake::surroundings{
            .loop = loop_,
            .log = log_,
            .daemon = *this,
            .journal = [this]() -> ports::journal& { return fleet_ ? fleet_->journal() : record_->journal(); },
            .on_failure = [this](const async::task_failure& f) { fail(f); }});
}

void life::attend_to_halts() {
    halting_.spawn("halt_record", halt_.keep_record(record_->halt_memory()));
    halting_.spawn("halt_folders", halt_.watch_folders());
    halting_.spawn("halt_file", halt_.watch_file());
    halting_.spawn("halt_watch", halt_.watch_record(record_->halt_memory(), options_.store));
}

async::awaitable<void> life::configure_halt() {
    const async::frame here;
    const config& c = options_.config;
    co_await halt_.configure(c.halted, facts().config_file, c.halt_file.value_or(default_halt_file(options_.store)));
}

daemon_facts life::facts() const {
    const char* const name = phase_ == phase::starting   ? "starting"
                             : phase_ == phase::stopping ? "stopping"
                             : is_draining_              ? "draining"
                             : is_reloading_             ? "reloading"
                                                         : "running";
    return {.phase = name,
            .waits_for = waits_for(),
            .dry_run = is_dry_run(options_.config),
            .config_file = options_.config_file ? options_.config_file->string() : "",
            .store = options_.store,
            .seed = seed_,
            .life = life_,
            .started_at = started_at_,
            .fleet = fleet_ ? std::optional(fleet_->facts()) : std::nullopt,
            .requests = outside_requests_ ? outside_requests_->facts() : std::vector<request_queue_facts>{}};
}

std::string life::waits_for() const {
    if (is_reloading_) {
        return waits_for_;
    }
    const std::string trouble = record_ ? record_->trouble() : std::string();
    return trouble.empty() ? "" : "the record: " + trouble;
}

bool life::drain(const std::string& who) {
    if (phase_ != phase::running) {
        return false;
    }
    if (!std::exchange(is_draining_, true)) {
        log_.info("Draining, asked by {}: no new work, what runs is finished", who);
        drain_requested_ = true;
        wakeup_.set();
    }
    return true;
}

async::awaitable<void> life::finish_what_runs() {
    const async::frame here;
    if (outside_requests_) {
        outside_requests_->stop_receiving();
    }
    flow_->stop_accepting();
    co_await flow_->settle();
    if (phase_ != phase::stopping) {
        log_.info("What ran is finished");
        request_stop();
    }
}

async::awaitable<void> life::wait_for_the_end() {
    const async::frame here;
    const auto began = loop_.now();
    while (phase_ != phase::stopping) {
        wakeup_.clear();  // before the wishes are looked at: one that comes while another is carried out is not lost
        if (std::exchange(drain_requested_, false)) {
            co_await finish_what_runs();
        } else if (std::exchange(reload_requested_, false)) {
            co_await reload();
        } else if (!options_.run_for) {
            co_await wakeup_.wait();
        } else if (!co_await async::with_timeout(wakeup_.wait(), *options_.run_for - (loop_.now() - began))) {
            log_.info("The time is over");
            request_stop();
        }
    }
}

async::awaitable<void> life::end_when_drained() {
    const async::frame here;
    co_await flow_->drain();
    if (phase_ != phase::stopping) {
        log_.info("All work is done");
        request_stop();
    }
}

}  // namespace mayhem::app
