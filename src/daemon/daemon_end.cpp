// How a daemon ends: by a signal, by a failure, and in which steps.
#include <array>
#include <cstdlib>
#include <utility>

#include "daemon/daemon.hpp"
#include "drivers/supervised/child_process.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/time.hpp"
#include "system/signal_name.hpp"
#include "telemetry/journal_event.hpp"

namespace mayhem::app {

namespace {

/// What the tasks that a shutdown has cut, and the nacking after it, get before the process ends without them.
constexpr std::chrono::seconds last_resort{3};
constexpr std::chrono::seconds forced_limit{1};

}  // namespace

async::awaitable<void> daemon::end() {
    const async::frame here;
    co_await stopping_.wait();
    co_await living_.join();
    draining_.cancel();
    co_await draining_.join();
    co_await shut_down();
    if (!is_end_troubled_) {
        attending_.cancel();
    }  // otherwise nobody knows what still lives: the last resort ends it
}

async::awaitable<void> daemon::shut_down() {
    const async::frame here;
    if (flow_) {
        co_await attempt(end_flow(options_.config.shutdown_grace));
    }
    co_await attempt(notifications_.flush());
    co_await attempt(control_.stop());
    co_await attempt(metrics_desk_.stop());
    co_await attempt(history_.stop());
    metrics_.dropped_log_lines = logging_.dropped();
    telemetry::flush(metrics_, log_);
    if (store_) {
        log_.info("Closing database connections");
        co_await attempt(close_store());
    }
    if (is_end_troubled_) {
        co_return;
    }
    flow_.reset();
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(telemetry::journal_event::ended)}};
    log_.with(fields).info("Shutdown complete.");
    log_.info("Successfully shutdown the Mayhem service.");
}

async::awaitable<void> daemon::attempt(async::awaitable<void> step) {
    const async::frame here;
    std::string trouble;
    try {
        co_await std::move(step);
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        is_end_troubled_ = true;
        status_ = status_ == 0 ? static_cast<int>(exit_status::software) : status_;
        log_.error("A step of the shutdown failed, going on with the next: {}", trouble);
    }
}

async::awaitable<void> daemon::end_flow(std::chrono::nanoseconds grace) {
    const async::frame here;
    co_await flow_->end(grace, [this, grace](const std::vector<std::string>& late) { tell_late(late, grace); });
    const std::size_t nacked = co_await nack_unsettled();
    log_.info("Nacking {} outstanding messages", nacked);
}

async::awaitable<void> daemon::close_store() {
    const async::frame here;
    try {
        co_await store_->close();
    } catch (const core::store_failed& e) {
        log_.warning("{}", e.what());
    }
}

void daemon::tell_late(const std::vector<std::string>& tasks, std::chrono::nanoseconds grace) {
    for (const std::string& name : tasks) {
        log_.error("Cutting {}, which has not ended {:g} s after the signal", name, core::to_seconds(grace));
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
    manager_.stopping();
    arm_last_resort();
    const std::size_t outstanding = flow_ ? flow_->outstanding_tasks() : 0;
    if (flow_) {
        flow_->cancel();
    }
    log_.info("Cancelling {} outstanding tasks", outstanding);
    wakeup_.set();
    stopping_.set();
}

void daemon::arm_last_resort() {
    const std::chrono::nanoseconds limit = options_.config.shutdown_grace + last_resort + notifications_.flush_max();
    attending_.spawn("last_resort", give_up_after(limit, "the shutdown hangs"));
}

void daemon::force_stop(int number) {
    log_.error("Received {} again: ending at once", system::signal_name(number));
    status_ = static_cast<int>(exit_status::signalled) + number;
    options_.config.shutdown_grace = {};
    if (flow_) {
        flow_->cut();
    }
    notifications_.cut();
    attending_.spawn("forced_end", give_up_after(forced_limit, "something does not end"));
}

async::awaitable<void> daemon::give_up_after(std::chrono::nanoseconds limit, std::string why) {
    const async::frame here;
    co_await async::sleep_for(limit);
    log_.critical("{}, ending the process without it:", why);
    dump_tasks();
    co_await async::sleep_for(std::chrono::seconds{1});  // for the log thread, whose reader may be slow
    std::_Exit(status_ != 0 ? status_ : static_cast<int>(exit_status::grace_exceeded));
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
