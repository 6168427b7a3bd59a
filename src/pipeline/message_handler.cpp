#include "pipeline/message_handler.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/guards.hpp"
#include "pipeline/recovery_watch.hpp"
#include "pipeline/still_allowed.hpp"

namespace mayhem::pipeline {

namespace {

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

void add_to(std::string& error, std::string_view what) { error.append(error.empty() ? "" : "; ").append(what); }

void note_lost_lease(bool was_acted_on, core::outcome& o) {
    if (was_acted_on) {  // which stays true: whoever got the message meanwhile finds that it is done
        add_to(o.error, "the lease was lost: the queue delivered the message again");
    } else {
        o.verdict = core::verdict::lease_lost;
    }
}

}  // namespace

message_handler::message_handler(std::vector<group*> groups, ports::queue& q, ports::store& s, ports::observer& o,
                                 lease_keeper& k, handling_settings settings, core::random_source random)
    : groups_(std::move(groups)),
      observer_(o),
      leases_(k),
      guards_(s, o, settings.requests),
      settlement_(q, s, o, settings, random),
      settings_(settings) {}

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
    if (settlement_.is_store_suspect()) {
        co_await settlement_.wait_for_store(d);
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
    auto [saved, acted] = co_await async::gather_settled(settlement_.save(d), restart(d, *g));
    if (async::is_cancel_requested()) {
        if (!acted.has_value()) {
            co_return;  // not settled: the shutdown nacks it, and the incarnation tells the next attempt whether it was
                        // done
        }
        co_await async::begin_cleanup();  // it was done, so it goes on record
    }
    co_await conclude(d, *g, {started_at, act_began, incarnation}, saved, acted, lease);
}

std::optional<core::guard> message_handler::refuse_at_once(const ports::delivery& d, const group* g,
                                                           acted_incarnations::key incarnation) const {
    const core::guard_facts facts = known_of(d, g, incarnation);
    const std::optional<core::guard> refused_by = core::refuse(facts);
    if (refused_by) {
        note_refusal(settings_.requests, *d.message, *refused_by, facts);
    }
    return refused_by;
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

async::awaitable<ports::act_result> message_handler::restart(const ports::delivery& d, group& g) {
    const async::frame here;
    if (is_halted()) {
        co_return ports::act_result{core::guard::halted};
    }
    const still_allowed may_act(*d.message, g, settings_.halt, is_closing_);
    const ports::act_result result = co_await g.driver.restart(d.message->target, may_act);
    if (!result.refused_by) {
        tell(observer_, ports::step_kind::restarted, d);
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
    co_await settlement_.finish(d, o);
}

async::awaitable<void> message_handler::conclude(const ports::delivery& d, group& g, beginning began,
                                                 const async::settled<void>& saved,
                                                 const async::settled<ports::act_result>& acted,
                                                 const lease_keeper::hold& lease) {
    const async::frame here;
    core::outcome o;
    o.attempt = d.attempt;
    o.started_at = began.attempt;
    judge(d, saved, acted, o);
    if (acted.has_value() ? acted->refused_by.has_value() : is_restart_failure(acted.error())) {
        acted_.release(began.incarnation);  // not done: the next attempt may
    }
    const bool is_to_be_watched = o.verdict == core::verdict::recovered && !async::is_cancel_requested();
    if (o.verdict == core::verdict::recovered) {
        o.verdict = core::verdict::unwatched;
    }
    if (is_to_be_watched) {
        try {
            bool is_back = false;
            if (g.probe == nullptr) {
                std::optional<core::target> next = co_await g.driver.successor(d.message->target);
                is_back = next.has_value();
                if (is_back) {
                    note_recovery(d, began, *acted, std::move(next), o);
                }
            }
            if (!is_back) {
                std::optional<core::target> next = co_await watch_recovery(
                    g.driver, g.probe, d.message->target, g.settings.recovery_poll, g.settings.recovery_timeout);
                note_recovery(d, began, *acted, std::move(next), o);
            }
        } catch (const asio::system_error& e) {
            if (e.code() != asio::error::operation_aborted) {
                throw;
            }
        }
    }
    o.ended_at = wall_now();
    if (acted.has_value() && !acted->remark.empty()) {
        add_to(o.error, acted->remark);
    }
    if (lease.is_lost()) {
        note_lost_lease(acted.has_value() && !acted->refused_by, o);
    }
    guards_.judge(*d.message, g, o);
    co_await async::begin_cleanup();
    co_await settlement_.finish(d, o, lease.is_lost());
    if (o.verdict != core::verdict::recovered) {
        acted_.settle(began.incarnation);
    }
    if (!o.opens_breaker.empty()) {
        g.state.breaker_is_recorded();
    }
}

void message_handler::note_recovery(const ports::delivery& d, const beginning& began, const ports::act_result& act,
                                    std::optional<core::target>&& next, core::outcome& o) {
    o.recovery = std::chrono::duration_cast<core::duration>(steady_now() - began.act);
    o.verdict = next ? core::verdict::recovered : core::verdict::not_recovered;
    if (next || act.is_in_doubt) {
        acted_.release(began.incarnation);  // gone for good, or not touched
    }
    if (next) {
        o.incarnation_after = std::move(next->incarnation);
    } else {
        o.error = act.trouble;
    }
    tell(observer_, next ? ports::step_kind::recovered : ports::step_kind::not_recovered, d, *o.recovery, o.error);
}

void message_handler::judge(const ports::delivery& d, const async::settled<void>& saved,
                            const async::settled<ports::act_result>& acted, core::outcome& o) {
    o.verdict = core::verdict::recovered;
    if (acted.has_value() && acted->refused_by) {
        o.verdict = core::verdict::refused;
        o.refused_by = acted->refused_by;
        o.error = acted->trouble;
        observer_.observe({.kind = ports::step_kind::refused,
                           .message = *d.message,
                           .attempt = d.attempt,
                           .refused_by = o.refused_by,
                           .detail = acted->trouble});
    }
    if (saved.error() && !async::is_cancel_requested()) {
        settlement_.suspect_store();
        o.verdict = core::verdict::save_failed;
        o.error = text_of(saved.error());
        tell(observer_, ports::step_kind::failed, d, {}, o.error);
    }
    if (acted.error()) {
        o.verdict = core::verdict::restart_failed;
        const std::string why = text_of(acted.error());
        tell(observer_, is_restart_failure(acted.error()) ? ports::step_kind::restart_failed : ports::step_kind::failed,
             d, {}, why);
        o.error = o.error.empty() ? why : o.error + "; " + why;
    }
}

}  // namespace mayhem::pipeline
