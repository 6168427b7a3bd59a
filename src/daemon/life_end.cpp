// How a daemon ends: by a signal, by a failure, and in which steps.
#include <array>
#include <new>
#include <utility>

#include "daemon/life.hpp"
#include "drivers/supervised/child_process.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/time.hpp"
#include "telemetry/journal_event.hpp"

namespace mayhem::app {

namespace {

/// What the tasks that a shutdown has cut, and the nacking after it, get before the process ends without them.
constexpr std::chrono::seconds last_resort{3};
constexpr std::chrono::seconds forced_limit{1};

}  // namespace

async::awaitable<void> life::end() {
    const async::frame here;
    co_await stopping_.wait();
    co_await living_.join();
    draining_.cancel();
    co_await draining_.join();
    co_await shut_down();
    if (!is_end_troubled_) {
        attending_.cancel();
        world_.kept_by.over();
    }  // otherwise nobody knows what still lives: the last resort ends it
}

async::awaitable<void> life::shut_down() {
    const async::frame here;
    if (flow_) {
        co_await attempt(end_flow(options_.config.shutdown_grace));
    }
    if (outside_requests_) {
        co_await attempt(outside_requests_->end(options_.config.shutdown_grace));
    }
    if (fleet_) {
        co_await attempt(fleet_->end(options_.config.shutdown_grace));
    }
    co_await attempt(notifications_.flush());
    halting_.cancel();
    co_await attempt(halting_.join());
    co_await attempt(front_->stop());
    co_await attempt(metrics_desk_.stop());
    co_await attempt(history_.stop());
    metrics_.dropped_log_lines = world_.logging.dropped();
    telemetry::flush(metrics_, log_);
    if (record_) {
        log_.info("Closing database connections");
        co_await attempt(close_record());
    }
    if (is_end_troubled_) {
        co_return;
    }
    flow_.reset();
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(telemetry::journal_event::ended)}};
    log_.with(fields).info("Shutdown complete.");
    log_.info("Successfully shutdown the Mayhem service.");
}

async::awaitable<void> life::attempt(async::awaitable<void> step) {
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

async::awaitable<void> life::end_flow(std::chrono::nanoseconds grace) {
    const async::frame here;
    co_await flow_->end(grace, [this, grace](const std::vector<std::string>& late) { tell_late(late, grace); });
    const std::size_t nacked = co_await nack_unsettled();
    log_.info("Nacking {} outstanding messages", nacked);
}

async::awaitable<void> life::close_record() {
    const async::frame here;
    try {
        co_await record_->close();
    } catch (const core::store_failed& e) {
        log_.warning("{}", e.what());
    }
}

void life::tell_late(const std::vector<std::string>& tasks, std::chrono::nanoseconds grace) {
    for (const std::string& name : tasks) {
        log_.error("Cutting {}, which has not ended {:g} s after the signal", name, core::to_seconds(grace));
    }
    status_ = status_ == 0 ? static_cast<int>(exit_status::grace_exceeded) : status_;
}

void life::hang_up(std::string_view name) {
    const bool is_ending = phase_ == phase::stopping;
    if (!options_.config_file) {
        if (!is_ending) {  // otherwise it says once more what is being done already
            stop(name, 0);
        }
    } else if (is_ending) {
        log_.info("Received {} while shutting down: there is nothing to reload any more", name);
    } else {
        reload_requested_ = true;
        wakeup_.set();
    }
}

void life::stop(std::string_view name, int forced_status) {
    if (phase_ == phase::stopping) {
        force_stop(name, forced_status);
        return;
    }
    log_.info("Received exit signal {}...", name);
    request_stop();
}

void life::request_stop() {
    if (phase_ == phase::stopping) {
        return;
    }
    phase_ = phase::stopping;
    world_.kept_by.stopping();
    arm_last_resort();
    const std::size_t outstanding = flow_ ? flow_->outstanding_tasks() : 0;
    if (flow_) {
        flow_->cancel();
    }
    if (outside_requests_) {
        outside_requests_->stop_receiving();
    }
    log_.info("Cancelling {} outstanding tasks", outstanding);
    wakeup_.set();
    stopping_.set();
}

void life::arm_last_resort() {
    const std::chrono::nanoseconds limit = options_.config.shutdown_grace + last_resort + notifications_.flush_max();
    attending_.spawn("last_resort", give_up_after(limit, "the shutdown hangs"));
}

void life::force_stop(std::string_view name, int status) {
    log_.error("Received {} again: ending at once", name);
    status_ = status;
    options_.config.shutdown_grace = {};
    if (flow_) {
        flow_->cut();
    }
    notifications_.cut();
    attending_.spawn("forced_end", give_up_after(forced_limit, "something does not end"));
}

async::awaitable<void> life::give_up_after(std::chrono::nanoseconds limit, std::string why) {
    const async::frame here;
    co_await async::sleep_for(limit);
    log_.critical("{}, ending the process without it:", why);
    try {
        dump_tasks();
    } catch (const std::bad_alloc&) {
        log_.critical("There is no memory to say what it is");
    }
    co_await async::sleep_for(std::chrono::seconds{1});  // for the log thread, whose reader may be slow
    world_.kept_by.give_up(status_ != 0 ? status_ : static_cast<int>(exit_status::grace_exceeded));
}

void life::fail(const async::task_failure& f) {
    memory_for_the_end_.reset();
    ++metrics_.unhandled_exceptions;
    int status = static_cast<int>(exit_status::software);
    try {
        std::rethrow_exception(f.error);
    } catch (const drivers::spawn_failed& e) {
        status = static_cast<int>(e.error() == ENOENT ? exit_status::not_found : exit_status::cannot_execute);
        log_.error("{}", e.what());
    } catch (...) {
        tell(f);
    }
    if (!std::exchange(has_failed_, true)) {
        status_ = status;
        log_.info("Shutting down...");
        request_stop();
    }
}

void life::tell(const async::task_failure& f) noexcept {
    try {
        log_.error("Caught exception: {}", f.describe());
    } catch (const std::bad_alloc&) {
        log_.error("Caught exception: task '{}/{} #{}' failed, and there is no memory to say how", f.group.text(),
                   f.name.text(), f.id);
    }
}

void life::fail_with(exit_status status, const std::string& why) {
    log_.error("{}", why);
    if (!std::exchange(has_failed_, true)) {
        status_ = static_cast<int>(status);
        request_stop();
    }
}

void life::dump_tasks() {
    for (const async::task_info& t : async::tasks(loop_)) {
        std::string text = async::to_string(t);
        text.erase(text.find_last_not_of(" \n") + 1);
        log_.info("{}", text);
    }
}

}  // namespace mayhem::app
