#include "app/daemon.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <unistd.h>

#include "app/config_file.hpp"
#include "app/store_path.hpp"
#include "drivers/child_process.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "stores/facts.hpp"
#include "system/signal_name.hpp"

namespace mayhem::app {

namespace {

/// What the tasks that a shutdown has cut, and the nacking after it, get before the process ends without them.
constexpr std::chrono::seconds last_resort{3};
constexpr std::chrono::seconds forced_limit{1};

constexpr std::array handled_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1};

void mask_signals(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : handled_signals) {
        sigaddset(&set, number);
    }
    (void)pthread_sigmask(how, &set, nullptr);  // fails only for a wrong `how`
}

stores::sqlite_database open_database(const std::filesystem::path& path, std::optional<stores::store_lock>& lock,
                                      std::uint64_t& seed, std::uint64_t& life,
                                      std::optional<stores::halt_record>& halt) {
    make_store_folder(path);
    lock.emplace(path);
    stores::sqlite_database database = stores::sqlite_database::open(path);
    const std::optional<std::string> known_seed = stores::get_fact(database, "seed");
    if (!known_seed) {
        stores::set_fact(database, "seed", std::to_string(seed));
    } else {
        seed = std::strtoull(known_seed->c_str(), nullptr, 10);
    }
    life = std::strtoull(stores::get_fact(database, "lives").value_or("0").c_str(), nullptr, 10) + 1;
    stores::set_fact(database, "lives", std::to_string(life));
    halt = stores::parse_halt(stores::get_fact(database, stores::halt_key));
    return database;
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
      halt_(loop, log_),
      metrics_desk_(loop, *this, halt_, [this](const async::task_failure& f) { fail(f); }),
      control_({.loop = loop,
                .pool = pool_,
                .daemon = *this,
                .halt = halt_,
                .log = log_,
                .texts = options_.texts,
                .metrics =
                    [this] {
                        metrics_.dropped_log_lines = logging_.dropped();
                        return metrics_desk_.text();
                    },
                .on_failure = [this](const async::task_failure& f) { fail(f); }}),
      attending_(loop, "daemon", [this](const async::task_failure& f) { fail(f); }),
      living_(loop, "daemon", [this](const async::task_failure& f) { fail(f); }) {
    observer_.add(step_log_);
    observer_.add(metrics_desk_.observer());
    observer_.add(control_.observer());
    for (const int number : handled_signals) {
        signals_.add(number);
    }
    mask_signals(SIG_UNBLOCK);  // `hold_signals`, or whoever started us, may have blocked them
    loop_.set_debug(options_.debug_async);
    loop_.monitor().on_slow_step(
        std::chrono::milliseconds{options_.debug_async ? 100 : 50}, [this](const async::slow_step& s) {
            log_.warning("Executing <Task {}> took {:.3f} seconds", s.task.empty() ? "(none)" : s.task,
                         std::chrono::duration<double>(s.took).count());
        });
}

daemon::~daemon() { hold_signals(); }

void daemon::hold_signals() { mask_signals(SIG_BLOCK); }

int daemon::run() {
    attending_.spawn("signals", listen_to_signals());
    if (const auto period = manager_.watchdog_period()) {
        attending_.spawn("watchdog", feed_watchdog(*period));
    }
    living_.spawn("life", live());
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
        }
        if (phase_ == phase::starting) {
            co_await start_flow(make_flow(options_.config));
        }
    } catch (const core::store_failed& e) {
        fail_with(exit_status::store, e.what());
    } catch (const control::cannot_listen& e) {
        fail_with(exit_status::unavailable, e.what());
    } catch (const std::runtime_error& e) {
        fail_with(exit_status::config, e.what());
    }
    co_await wait_for_the_end();
    co_await shut_down();
    attending_.cancel();
}

async::awaitable<void> daemon::open_store() {
    const async::frame here;
    seed_ = options_.config.seed.value_or(core::random_source::system_seed());
    std::optional<stores::halt_record> halted;
    stores::sqlite_database database = co_await async::run_blocking(
        pool_, [this, &halted] { return open_database(options_.store, lock_, seed_, life_, halted); });
    seed_ = options_.config.seed.value_or(seed_);
    store_ = std::make_unique<stores::sqlite_store>(loop_, std::move(database));
    halt_.recall(halted);
    configure_halt();
}

void daemon::configure_halt() {
    const config& c = options_.config;
    halt_.configure(c.halted, facts().config_file, c.halt_file.value_or(default_halt_file(options_.store)));
}

daemon_facts daemon::facts() const {
    const char* const name = phase_ == phase::starting   ? "starting"
                             : phase_ == phase::stopping ? "stopping"
                             : is_draining_              ? "draining"
                                                         : "running";
    return {.phase = name,
            .dry_run = options_.config.handling.dry_run,
            .config_file = options_.config_file ? options_.config_file->string() : "",
            .store = options_.store,
            .seed = seed_,
            .life = life_,
            .started_at = started_at_};
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

std::unique_ptr<flow> daemon::make_flow(const config& c) {
    return std::make_unique<flow>(
        c, options_.command,
        flow::surroundings{.loop = loop_,
                           .pool = pool_,
                           .store = *store_,
                           .observer = observer_,
                           .log = log_,
                           .halt = halt_.get(),
                           .random = core::random_source(c.seed.value_or(seed_)),
                           .life = life_,
                           .on_failure = [this](const async::task_failure& f) { fail(f); },
                           .stream_name = std::to_string(life_) + "." + std::to_string(++flows_),
                           .state_folder = options_.store.parent_path()});
}

async::awaitable<void> daemon::start_flow(std::unique_ptr<flow> next) {
    const async::frame here;
    std::vector<ports::unfinished_message> unfinished = co_await store_->unfinished();
    const std::vector<ports::group_memory> memories = co_await store_->recall(next->group_names());
    next->restore(memories);
    if (phase_ == phase::stopping) {
        co_return;
    }
    if (!unfinished.empty()) {
        log_.info("Found {} unfinished messages of a former life", unfinished.size());
    }
    flow_ = std::move(next);
    flow_->start(std::move(unfinished));
    phase_ = phase::running;
    const char* const mode = options_.config.handling.dry_run ? "dry run: nothing is restarted" : "armed";
    log_.info("Mayhem is running ({}; {} groups, seed {}, record in {})", mode, flow_->group_count(), seed_,
              options_.store.string());
    if (options_.config.handling.dry_run && options_.config_file) {
        tell_how_to_arm();
    }
    manager_.ready(mode);
    if (options_.end_when_drained) {
        living_.spawn("end_when_drained", end_when_drained());
    }
}

void daemon::tell_how_to_arm() {
    const std::string file = options_.config_file->string();
    if (flow_->group_count() == 0) {
        log_.info("No group is configured, so nothing will happen: name one in {}, then reload", file);
        return;
    }
    log_.info(
        "Moments come as 'mayhem plan -c {0}' shows; each restart will be refused, and recorded, until {0} says "
        "dry_run = false and is reloaded",
        file);
}

async::awaitable<void> daemon::wait_for_the_end() {
    const async::frame here;
    const auto began = loop_.now();
    while (phase_ != phase::stopping) {
        wakeup_.clear();
        if (options_.run_for) {
            const auto left = *options_.run_for - (loop_.now() - began);
            const bool woken = (co_await async::with_timeout(wakeup_.wait(), left)).has_value();
            if (!woken) {
                log_.info("The time is over");
                request_stop();
            }
        } else {
            co_await wakeup_.wait();
        }
        if (phase_ != phase::stopping && std::exchange(drain_requested_, false)) {
            co_await finish_what_runs();
        }
        if (phase_ != phase::stopping && std::exchange(reload_requested_, false)) {
            co_await reload();
        }
    }
}

async::awaitable<void> daemon::reload() {
    const async::frame here;
    const std::filesystem::path& file = *options_.config_file;
    log_.info("Reloading {}", file.string());
    manager_.reloading();
    config_result read = co_await async::run_blocking(pool_, [file] { return read_config_file(file); });
    std::unique_ptr<flow> next;
    if (read) {
        read->handling.dry_run = read->handling.dry_run && !options_.is_armed_by_flag;
        next = try_to_make_flow(*read);
    } else {
        for (const config_error& e : read.error()) {
            log_.error("{}", to_string(e));
        }
    }
    if (!next) {
        log_.error("The config stays as it was: correct {} and reload again", file.string());
        manager_.ready("running with the former config");
        co_return;
    }
    if (resolve_store_path(read->store) != resolve_store_path(options_.config.store)) {
        log_.warning("A change of [store] path takes effect only at the next start");
    }
    if (read->control != options_.config.control || read->metrics != options_.config.metrics) {
        log_.warning("A change of [control] or [metrics] takes effect only at the next start");
    }
    flow_->stop_accepting();
    co_await flow_->settle();
    if (phase_ == phase::stopping) {
        co_return;
    }
    flow_->cancel();
    const std::chrono::nanoseconds grace = options_.config.shutdown_grace;
    co_await flow_->end(grace, [this, grace](const std::vector<std::string>& late) { tell_late(late, grace); });
    (void)co_await flow_->nack_unsettled();  // they come back as unfinished
    flow_.reset();
    options_.config = std::move(read).value();
    logging_.set_lowest(options_.config.log_level);
    configure_halt();
    seed_ = options_.config.seed.value_or(seed_);
    co_await start_flow(std::move(next));
}

std::unique_ptr<flow> daemon::try_to_make_flow(const config& c) {
    try {
        return make_flow(c);
    } catch (const std::runtime_error& e) {
        log_.error("{}", e.what());
        return nullptr;
    }
}

async::awaitable<void> daemon::shut_down() {
    const async::frame here;
    manager_.stopping();
    const std::chrono::nanoseconds grace = options_.config.shutdown_grace;
    attending_.spawn("last_resort", give_up_after(grace + last_resort, static_cast<int>(exit_status::grace_exceeded),
                                                  "the shutdown hangs"));
    if (flow_) {
        co_await flow_->end(grace, [this, grace](const std::vector<std::string>& late) { tell_late(late, grace); });
        std::string trouble;
        std::size_t nacked = 0;
        try {
            nacked = co_await flow_->nack_unsettled();
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        log_.info("Nacking {} outstanding messages", nacked);
        if (!trouble.empty()) {
            log_.warning("{}; the journal has the messages as unfinished all the same", trouble);
        }
    }
    co_await control_.stop();
    co_await metrics_desk_.stop();
    metrics_.dropped_log_lines = logging_.dropped();
    telemetry::flush(metrics_, log_);
    if (store_) {
        log_.info("Closing database connections");
        try {
            co_await store_->close();
        } catch (const core::store_failed& e) {
            log_.warning("{}", e.what());
        }
    }
    flow_.reset();
    log_.info("Shutdown complete.");
    log_.info("Successfully shutdown the Mayhem service.");
}

void daemon::tell_late(const std::vector<std::string>& tasks, std::chrono::nanoseconds grace) {
    for (const std::string& name : tasks) {
        log_.error("Cutting {}, which has not ended {:g} s after the signal", name,
                   std::chrono::duration<double>(grace).count());
    }
    status_ = status_ == 0 ? static_cast<int>(exit_status::grace_exceeded) : status_;
}

async::awaitable<void> daemon::listen_to_signals() {
    const async::frame here;
    for (;;) {
        const int number = co_await signals_.async_wait(async::use_awaitable);
        handle_signal(number);
    }
}

void daemon::handle_signal(int number) {
    if (number == SIGUSR1) {
        dump_tasks();
        return;
    }
    if (number == SIGHUP && options_.config_file) {
        if (phase_ == phase::stopping) {
            log_.info("Received SIGHUP while shutting down: there is nothing to reload any more");
        } else {
            reload_requested_ = true;
            wakeup_.set();
        }
        return;
    }
    if (phase_ == phase::stopping) {
        if (number != SIGHUP) {  // a hangup says once more what is being done already
            force_stop(number);
        }
        return;
    }
    log_.info("Received exit signal {}...", system::signal_name(number));
    request_stop();
}

void daemon::request_stop() {
    if (phase_ == phase::stopping) {
        return;
    }
    phase_ = phase::stopping;
    const std::size_t outstanding = flow_ ? flow_->outstanding_tasks() : 0;
    if (flow_) {
        flow_->cancel();
    }
    log_.info("Cancelling {} outstanding tasks", outstanding);
    wakeup_.set();
}

void daemon::force_stop(int number) {
    log_.error("Received {} again: ending at once", system::signal_name(number));
    status_ = static_cast<int>(exit_status::signalled) + number;
    options_.config.shutdown_grace = {};
    if (flow_) {
        flow_->cut();
    }
    attending_.spawn("forced_end", give_up_after(forced_limit, status_, "something does not end"));
}

async::awaitable<void> daemon::give_up_after(std::chrono::nanoseconds limit, int status, std::string why) {
    const async::frame here;
    co_await async::sleep_for(limit);
    log_.critical("{}, ending the process without it:", why);
    dump_tasks();
    co_await async::sleep_for(std::chrono::milliseconds{100});  // for the log thread
    std::_Exit(status);
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
    log_.info("All work is done");
    request_stop();
}

void daemon::fail(const async::task_failure& f) {
    ++metrics_.unhandled_exceptions;
    int status = static_cast<int>(exit_status::software);
    try {
        std::rethrow_exception(f.error);
    } catch (const drivers::spawn_failed& e) {
        status = static_cast<int>(e.error() == ENOENT ? exit_status::not_found : exit_status::cannot_execute);
        log_.error("{}", e.what());
    } catch (...) {
        log_.error("Caught exception: {}", f.describe());
    }
    if (!std::exchange(has_failed_, true)) {
        status_ = status;
        log_.info("Shutting down...");
        request_stop();
    }
}

void daemon::fail_with(exit_status status, const std::string& why) {
    log_.error("{}", why);
    if (!std::exchange(has_failed_, true)) {
        status_ = static_cast<int>(status);
        request_stop();
    }
}

void daemon::dump_tasks() {
    for (const async::task_info& t : async::tasks(loop_)) {
        std::string text = async::to_string(t);
        text.erase(text.find_last_not_of(" \n") + 1);
        log_.info("{}", text);
    }
}

}  // namespace mayhem::app
