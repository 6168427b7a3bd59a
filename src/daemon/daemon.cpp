#include "daemon/daemon.hpp"

#include <array>
#include <utility>

#include "assembly/open_database.hpp"
#include "config/store_path.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/time.hpp"
#include "telemetry/task_monitor.hpp"

namespace mayhem::app {

namespace {

constexpr std::array handled_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1};

void mask_signals(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : handled_signals) {
        sigaddset(&set, number);
    }
    (void)pthread_sigmask(how, &set, nullptr);  // fails only for a wrong `how`
}

}  // namespace

daemon::daemon(async::loop& loop, telemetry::logging& logging, daemon_options options)
    : loop_(loop),
      logging_(logging),
      log_(logging.get()),
      options_(std::move(options)),
      step_log_(log_, metrics_),
      signals_(loop.get_executor()),
      started_at_(loop.clock().wall_now()),
      sight_(loop),
      halt_(loop, log_, sight_),
      notifications_({.loop = loop,
                      .pool = pool_,
                      .halt = halt_,
                      .log = log_,
                      .warn = [this](std::string_view text) { observer_.warn(text); },
                      .on_failure = [this](const async::task_failure& f) { fail(f); }}),
      metrics_desk_(loop, *this, halt_, notifications_.notifier(), [this](const async::task_failure& f) { fail(f); }),
      control_({.loop = loop,
                .pool = pool_,
                .daemon = *this,
                .halt = halt_,
                .log = log_,
                .metrics =
                    [this] {
                        metrics_.dropped_log_lines = logging_.dropped();
                        return metrics_desk_.text();
                    },
                .on_failure = [this](const async::task_failure& f) { fail(f); }}),
      history_(
          loop, log_, [this] { return options_.config.history_keep; },
          [this](const async::task_failure& f) { fail(f); }),
      attending_(loop, "daemon", [this](const async::task_failure& f) { fail(f); }),
      draining_(loop, "daemon", [this](const async::task_failure& f) { fail(f); }),
      living_(loop, "daemon", [this](const async::task_failure& f) { fail(f); }) {
    observer_.add(step_log_);
    observer_.add(metrics_desk_.observer());
    observer_.add(control_.observer());
    observer_.add(notifications_.observer());
    for (const int number : handled_signals) {
        signals_.add(number);
    }
    mask_signals(SIG_UNBLOCK);  // `hold_signals`, or whoever started us, may have blocked them
    loop_.set_debug(options_.debug_async);
    loop_.monitor().on_slow_step(std::chrono::milliseconds{options_.debug_async ? 100 : 50},
                                 [this](const async::slow_step& s) {
                                     log_.warning("Executing <Task {}> took {:.3f} seconds",
                                                  s.task.empty() ? "(none)" : s.task, core::to_seconds(s.took));
                                 });
}

daemon::~daemon() { hold_signals(); }

void daemon::hold_signals() { mask_signals(SIG_BLOCK); }

int daemon::run() {
    attending_.spawn("signals", listen_to_signals());
    attending_.spawn("end", end());
    if (const auto period = manager_.watchdog_period()) {
        attending_.spawn("watchdog", feed_watchdog(*period));
    }
    living_.spawn("life", live());
    if (options_.monitor_tasks) {
        attending_.spawn(
            "monitor_tasks",
            telemetry::monitor_tasks(*options_.monitor_tasks, [this](const std::string& t) { log_.info("{}", t); }));
    }
    loop_.run();
    return status_;
}

async::awaitable<void> daemon::live() {
    const async::frame here;
    try {
        co_await open_store();
        if (phase_ == phase::starting) {
            co_await control_.start(options_.socket, options_.config.control);
            metrics_desk_.start(options_.config.metrics);
            co_await notifications_.start(options_.config, facts().config_file);
        }
        if (phase_ == phase::starting) {
            std::unique_ptr<flow> first = make_flow(options_.config);
            co_await start_flow(first);
            history_.start(*store_);
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

async::awaitable<void> daemon::open_store() {
    const async::frame here;
    seed_ = options_.config.seed.value_or(core::random_source::system_seed());
    opened_database opened = co_await async::run_blocking(
        pool_, [path = options_.store, seed = seed_] { return open_database(path, seed); });
    if (!opened.is_checked_whole) {
        log_.info("The database is large: {} s were not enough to read it whole, and what was read is undamaged",
                  check_max.count());
    }
    lock_ = std::move(opened.lock);
    seed_ = options_.config.seed.value_or(opened.seed);
    life_ = opened.life;
    store_ = std::make_unique<stores::sqlite_store>(loop_, std::move(opened.database));
    halt_.recall(opened.halted);
    co_await configure_halt();
}

async::awaitable<void> daemon::configure_halt() {
    const async::frame here;
    const config& c = options_.config;
    co_await halt_.configure(c.halted, facts().config_file, c.halt_file.value_or(default_halt_file(options_.store)));
}

daemon_facts daemon::facts() const {
    const char* const name = phase_ == phase::starting   ? "starting"
                             : phase_ == phase::stopping ? "stopping"
                             : is_draining_              ? "draining"
                             : is_reloading_             ? "reloading"
                                                         : "running";
    return {.phase = name,
            .waits_for = waits_for(),
            .dry_run = options_.config.handling.dry_run,
            .config_file = options_.config_file ? options_.config_file->string() : "",
            .store = options_.store,
            .seed = seed_,
            .life = life_,
            .started_at = started_at_};
}

telemetry::histogram daemon::commit_times() const {
    using stores::commit_times;
    const commit_times::snapshot s = store_->commit_times();
    telemetry::histogram h;
    for (std::size_t i = 0; i + 1 < commit_times::bucket_count; ++i) {
        h.buckets.push_back({core::to_seconds(commit_times::upper_bound(i)), s.counts[i]});
    }
    h.rest = s.counts.back();
    h.sum = core::to_seconds(s.sum);
    return h;
}

std::string daemon::waits_for() const {
    if (is_reloading_) {
        return waits_for_;
    }
    const std::string trouble = store_ ? store_->trouble() : std::string();
    return trouble.empty() ? "" : "the record: " + trouble;
}

bool daemon::drain(const std::string& who) {
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

async::awaitable<void> daemon::finish_what_runs() {
    const async::frame here;
    flow_->stop_accepting();
    co_await flow_->settle();
    if (phase_ != phase::stopping) {
        log_.info("What ran is finished");
        request_stop();
    }
}

async::awaitable<void> daemon::wait_for_the_end() {
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

async::awaitable<void> daemon::feed_watchdog(std::chrono::microseconds period) {
    const async::frame here;
    for (;;) {
        manager_.alive();
        co_await async::sleep_for(period);
    }
}

async::awaitable<void> daemon::end_when_drained() {
    const async::frame here;
    co_await flow_->drain();
    if (phase_ != phase::stopping) {
        log_.info("All work is done");
        request_stop();
    }
}

}  // namespace mayhem::app
