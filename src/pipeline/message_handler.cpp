#include "pipeline/message_handler.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/backoff.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/guards.hpp"
#include "pipeline/recovery_watch.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds store_retry{2};

std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

bool is_restart_failure(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const core::restart_failed&) {
        return true;
    } catch (...) {
        return false;
    }
}

/// When the current step began, near enough for a record, and free: a message's life reads no clock.
core::wall_time wall_now() noexcept { return async::this_loop().turn_wall_time(); }

async::clock::time_point steady_now() noexcept { return async::this_loop().turn_time(); }

}  // namespace

message_handler::message_handler(std::vector<group*> groups, ports::queue& q, ports::store& s, ports::observer& o,
                                 lease_keeper& k, handling_settings settings, core::random_source random)
    : groups_(std::move(groups)),
      queue_(q),
      store_(s),
      observer_(o),
      leases_(k),
      guards_(s, o),
      settings_(settings),
      random_(random) {}

void message_handler::tell(ports::step_kind kind, const ports::delivery& d, core::duration length,
                           std::string_view detail) {
    observer_.observe({.kind = kind, .message = *d.message, .attempt = d.attempt, .length = length, .detail = detail});
}

group* message_handler::find_group(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(groups_, [name](const group* g) { return g->settings.name == name; });
    return found == groups_.end() ? nullptr : *found;
}

async::awaitable<void> message_handler::handle(ports::delivery d, async::semaphore::permit slot) {
    const async::frame here;
    const async::semaphore::permit held = std::move(slot);
    const core::wall_time started_at = wall_now();
    const lease_keeper::hold lease{leases_, d};
    group* const g = find_group(d.message->group);
    if (store_is_suspect_) {
        co_await wait_for_store(d);
    }
    group_state::act act;
    const acted_incarnations::key incarnation = acted_incarnations::key_of(*d.message);
    std::optional<core::guard> refused_by = refuse_at_once(d, g, incarnation);
    if (g != nullptr && must_ask(*g) && (!refused_by || refused_by == core::guard::dry_run)) {
        refused_by = co_await ask_guards(d, *g, incarnation, act);
    }
    if (refused_by) {
        co_await refuse(d, started_at, *refused_by);
        co_return;
    }
    if (!acted_.claim(incarnation)) {
        co_await refuse(d, started_at, core::guard::already_restarted);
        co_return;
    }
    const async::clock::time_point act_began = steady_now();
    auto [saved, acted] = co_await async::gather_settled(save(d), restart(d, *g));
    co_await conclude(d, *g, {started_at, act_began, incarnation}, std::move(saved), std::move(acted), lease);
}

std::optional<core::guard> message_handler::refuse_at_once(const ports::delivery& d, const group* g,
                                                           acted_incarnations::key incarnation) const {
    return core::refuse(known_of(d, g, incarnation));
}

async::awaitable<std::optional<core::guard>> message_handler::ask_guards(const ports::delivery& d, group& g,
                                                                         acted_incarnations::key incarnation,
                                                                         group_state::act& act) {
    return guards_.pass(d, g, known_of(d, &g, incarnation), act);
}

core::guard_facts message_handler::known_of(const ports::delivery& d, const group* g,
                                            acted_incarnations::key incarnation) const {
    core::guard_facts facts{.now = wall_now(),
                            .expires_at = d.message->expires_at,
                            .halted = is_halted(),
                            .is_opted_in = g != nullptr,
                            .is_restarted = acted_.is_taken(incarnation),
                            .dry_run = settings_.dry_run};
    if (g != nullptr) {
        look_at_calendar(*g, facts);
    }
    return facts;
}

async::awaitable<void> message_handler::wait_for_store(const ports::delivery& d) {
    const async::frame here;
    while (store_is_suspect_) {
        std::string trouble;
        try {
            co_await store_.save(*d.message, d.attempt);
            store_is_suspect_ = false;
            co_return;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        observer_.warn(trouble + "; " + core::to_string(*d.message) +
                       " is not acted on without a record, retrying in 2 s");
        co_await async::sleep_for(store_retry);
    }
}

async::awaitable<void> message_handler::save(const ports::delivery& d) {
    const async::frame here;
    co_await store_.save(*d.message, d.attempt);
    store_is_suspect_ = false;
    if (!async::is_cancel_requested()) {
        tell(ports::step_kind::saved, d);  // after the signal to end, no line says that work went on
    }
}

async::awaitable<ports::act_result> message_handler::restart(const ports::delivery& d, group& g) {
    const async::frame here;
    if (is_halted()) {
        co_return ports::act_result{core::guard::halted};
    }
    const ports::act_result result = co_await g.driver.restart(d.message->target);
    if (!result.refused_by) {
        tell(ports::step_kind::restarted, d);
    }
    co_return result;
}

async::awaitable<void> message_handler::refuse(const ports::delivery& d, core::wall_time started_at, core::guard by) {
    const async::frame here;
    core::outcome o;
    o.verdict = core::verdict::refused;
    o.refused_by = by;
    o.attempt = d.attempt;
    o.started_at = started_at;
    o.ended_at = wall_now();
    observer_.observe(
        {.kind = ports::step_kind::refused, .message = *d.message, .attempt = d.attempt, .refused_by = by});
    co_await async::begin_cleanup();
    co_await finish(d, o);
}

async::awaitable<void> message_handler::conclude(const ports::delivery& d, group& g, beginning began,
                                                 async::settled<void> saved, async::settled<ports::act_result> acted,
                                                 const lease_keeper::hold& lease) {
    const async::frame here;
    if (async::is_cancel_requested() && !acted.has_value()) {
        co_return;  // not settled: the shutdown nacks it, and the incarnation tells the next attempt whether it was
                    // done
    }
    core::outcome o;
    o.attempt = d.attempt;
    o.started_at = began.attempt;
    judge(d, saved, acted, o);
    if (acted.has_value() ? acted->refused_by.has_value() : is_restart_failure(acted.error())) {
        acted_.release(began.incarnation);  // not done: the next attempt may
    }
    if (o.verdict == core::verdict::recovered) {
        o.verdict = core::verdict::unwatched;
        try {
            std::optional<core::target> next;
            if (g.probe == nullptr) {
                next = co_await g.driver.successor(d.message->target);
            }
            if (!next) {
                next = co_await watch_recovery(g.driver, g.probe, d.message->target, g.settings.recovery_poll,
                                               g.settings.recovery_timeout);
            }
            o.recovery = std::chrono::duration_cast<core::duration>(steady_now() - began.act);
            o.verdict = next ? core::verdict::recovered : core::verdict::not_recovered;
            if (next) {
                o.incarnation_after = std::move(next->incarnation);
                acted_.release(began.incarnation);  // gone for good
            }
            tell(next ? ports::step_kind::recovered : ports::step_kind::not_recovered, d, *o.recovery);
        } catch (const asio::system_error& e) {
            if (e.code() != asio::error::operation_aborted) {
                throw;
            }
        }
    }
    o.ended_at = wall_now();
    if (lease.is_lost()) {
        o.verdict = core::verdict::lease_lost;
    }
    guards_.judge(*d.message, g, o);
    co_await async::begin_cleanup();
    co_await finish(d, o);
    if (!o.opens_breaker.empty()) {
        g.state.breaker_is_recorded();
    }
}

void message_handler::judge(const ports::delivery& d, const async::settled<void>& saved,
                            const async::settled<ports::act_result>& acted, core::outcome& o) {
    o.verdict = core::verdict::recovered;
    if (acted.has_value() && acted->refused_by) {
        o.verdict = core::verdict::refused;
        o.refused_by = acted->refused_by;
        observer_.observe({.kind = ports::step_kind::refused,
                           .message = *d.message,
                           .attempt = d.attempt,
                           .refused_by = o.refused_by});
    }
    if (saved.error() && !async::is_cancel_requested()) {
        store_is_suspect_ = true;
        o.verdict = core::verdict::save_failed;
        o.error = text_of(saved.error());
        tell(ports::step_kind::failed, d, {}, o.error);
    }
    if (acted.error()) {
        o.verdict = core::verdict::restart_failed;
        const std::string why = text_of(acted.error());
        tell(is_restart_failure(acted.error()) ? ports::step_kind::restart_failed : ports::step_kind::failed, d, {},
             why);
        o.error = o.error.empty() ? why : o.error + "; " + why;
    }
}

void message_handler::decide_disposition(core::outcome& o) {
    switch (o.verdict) {
        case core::verdict::recovered:
        case core::verdict::not_recovered:
        case core::verdict::unwatched:
        case core::verdict::refused: o.disposition = core::disposition::acked; return;
        case core::verdict::restart_failed:
        case core::verdict::save_failed:
        case core::verdict::cancelled:
        case core::verdict::lease_lost: break;
    }
    if (o.attempt >= settings_.max_attempts) {
        o.disposition = core::disposition::dead_lettered;
        return;
    }
    const core::backoff policy{settings_.backoff, settings_.backoff_max};
    o.disposition = core::disposition::nacked;
    o.retry_at = o.ended_at + std::chrono::duration_cast<core::duration>(policy.delay(o.attempt, random_));
}

async::awaitable<void> message_handler::finish(const ports::delivery& d, core::outcome& o) {
    const async::frame here;
    decide_disposition(o);
    std::string trouble;
    try {
        co_await store_.record(*d.message, o);
        store_is_suspect_ = false;
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        const bool recorded = co_await record_later(d, o, std::move(trouble));
        if (!recorded) {
            co_return;  // not settled either: the journal still has it
        }
    }
    const bool settled = co_await settle(d, o);
    if (o.verdict != core::verdict::lease_lost) {
        tell_settled(d, o, settled);
    }
}

async::awaitable<bool> message_handler::record_later(const ports::delivery& d, const core::outcome& o,
                                                     std::string trouble) {
    const async::frame here;
    store_is_suspect_ = true;
    while (!async::is_cancel_requested()) {
        observer_.warn(trouble + "; " + core::to_string(*d.message) + " stays unacked, retrying in 2 s");
        co_await async::sleep_for(store_retry);
        try {
            co_await store_.record(*d.message, o);
            store_is_suspect_ = false;
            co_return true;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
    }
    observer_.warn(trouble + "; how " + core::to_string(*d.message) + " ended is not on record");
    co_return false;
}

async::awaitable<bool> message_handler::settle(const ports::delivery& d, const core::outcome& o) {
    switch (o.disposition) {
        case core::disposition::nacked: return queue_.nack(d, *o.retry_at - o.ended_at);
        case core::disposition::dead_lettered: return queue_.dead_letter(d);
        case core::disposition::acked: break;
    }
    return queue_.ack(d);
}

void message_handler::tell_settled(const ports::delivery& d, const core::outcome& o, bool settled) {
    if (!settled) {
        tell(ports::step_kind::lease_lost, d);
        return;
    }
    switch (o.disposition) {
        case core::disposition::acked: tell(ports::step_kind::acked, d); break;
        case core::disposition::nacked: tell(ports::step_kind::nacked, d, *o.retry_at - o.ended_at, o.error); break;
        case core::disposition::dead_lettered: tell(ports::step_kind::dead_lettered, d, {}, o.error); break;
    }
}

}  // namespace mayhem::pipeline
