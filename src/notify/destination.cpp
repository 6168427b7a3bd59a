#include "notify/destination.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::notify {

namespace {

using verdict = enum attempt_result::verdict;

}  // namespace

std::string_view to_string(destination_kind k) noexcept { return k == destination_kind::webhook ? "webhook" : "hook"; }

destination::destination(destination_settings settings, std::shared_ptr<sender> with, surroundings s)
    : settings_(std::move(settings)),
      sender_(std::move(with)),
      to_(std::move(s)),
      sending_(to_.loop, "notify", to_.on_failure) {
    sending_.spawn("send_notifications", run());
}

void destination::push(std::shared_ptr<const event> e) {
    if (queue_.size() == queue_max) {
        queue_.pop_front();
        ++to_.counts.dropped;
        --to_.counts.queued;
        if (!std::exchange(is_dropping_, true)) {
            warn(fmt::format("{} notifications wait already, dropping the oldest ones", queue_max));
        }
    }
    queue_.push_back(std::move(e));
    ++to_.counts.queued;
    filled_.set();
}

void destination::reconfigure(destination_settings settings, std::shared_ptr<sender> with) {
    settings_ = std::move(settings);
    sender_ = std::move(with);
    ++generation_;
    hurry_.set();
}

void destination::close() {
    is_closing_ = true;
    filled_.set();
    hurry_.set();
}

std::size_t destination::cancel(bool hard) {
    const std::size_t left = waiting();
    to_.counts.dropped += left;
    to_.counts.queued -= left;
    queue_.clear();
    current_.reset();
    if (hard) {
        sending_.cancel_hard();
    } else {
        sending_.cancel();
    }
    return left;
}

async::awaitable<void> destination::run() {
    const async::frame here;
    for (;;) {
        while (queue_.empty() && !is_closing_) {
            filled_.clear();
            co_await filled_.wait();
        }
        if (queue_.empty()) {
            co_return;
        }
        current_ = std::move(queue_.front());
        queue_.pop_front();
        co_await deliver(current_);
        if (current_) {
            --to_.counts.queued;
            current_.reset();
        }
        is_dropping_ = is_dropping_ && !queue_.empty();
    }
}

async::awaitable<void> destination::deliver(std::shared_ptr<const event> e) {
    const async::frame here;
    int failures = 0;
    for (;;) {
        const std::uint64_t generation = generation_;
        const attempt_result result = co_await attempt(e);
        if (!current_) {
            co_return;  // cancelled in the same step, and counted
        }
        if (result.verdict == verdict::sent) {
            ++to_.counts.sent;
            is_failing_ = false;
            co_return;
        }
        if (generation != generation_ && !is_closing_) {
            failures = 0;
            continue;
        }
        ++failures;
        if (result.verdict == verdict::refused || failures >= settings_.attempts_max || is_closing_) {
            give_up(*e, result.why);
            co_return;
        }
        const auto asked =
            std::min<std::chrono::nanoseconds>(result.not_before.value_or(std::chrono::nanoseconds{}), retry_after_max);
        const auto delay = std::max(asked, settings_.backoff.delay(failures, to_.random));
        if (!std::exchange(is_failing_, true)) {
            warn(fmt::format("{}; retrying in {:.1f} s, {} attempts at most", result.why, core::to_seconds(delay),
                             settings_.attempts_max));
        }
        hurry_.clear();
        const bool is_hurried = (co_await async::with_timeout(hurry_.wait(), delay)).has_value();
        failures = is_hurried ? 0 : failures;
    }
}

async::awaitable<attempt_result> destination::attempt(std::shared_ptr<const event> e) {
    const async::frame here;
    const std::shared_ptr<sender> with = sender_;  // a reload may replace it meanwhile
    attempt_result result;
    try {
        result = co_await with->send(std::move(e));
    } catch (const asio::system_error& failed) {
        if (failed.code() == asio::error::operation_aborted) {
            throw;
        }
        result = {.verdict = verdict::failed, .why = failed.what()};
    } catch (const std::exception& failed) {  // no memory, no descriptors: no reason to end the daemon
        result = {.verdict = verdict::failed, .why = failed.what()};
    }
    co_return result;
}

void destination::give_up(const event& e, const std::string& why) {
    ++to_.counts.failed;
    if (std::exchange(is_failing_, true) && is_closing_) {
        return;  // whoever ends it tells how many there were
    }
    warn(fmt::format("{}; the notification is given up: {}", why, summary(e)));
}

void destination::warn(const std::string& text) const {
    to_.warn(fmt::format("{} '{}': {}", to_string(settings_.kind), settings_.name, text));
}

}  // namespace mayhem::notify
