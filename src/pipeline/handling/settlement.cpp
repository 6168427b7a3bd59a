#include "pipeline/handling/settlement.hpp"

#include <chrono>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/rules/backoff.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds store_retry{2};

}  // namespace

void tell(ports::observer& o, ports::step_kind kind, const ports::delivery& d, core::duration length,
          std::string_view detail) {
    o.observe({.kind = kind, .message = *d.message, .attempt = d.attempt, .length = length, .detail = detail});
}

async::awaitable<void> settlement::wait_for_store(const ports::delivery& d, const core::reach* foretold) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        try {
            co_await to_.journal.save(*d.message, d.attempt, foretold);
            is_store_suspect_ = false;
            co_return;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        to_.observer.warn(trouble + "; " + core::to_string(*d.message) +
                          " is not acted on without a record, retrying in 2 s");
        co_await async::sleep_for(store_retry);
    }
}

async::awaitable<void> settlement::save(const ports::delivery& d, const core::reach* foretold) {
    const async::frame here;
    co_await to_.journal.save(*d.message, d.attempt, foretold);
    is_store_suspect_ = false;
    if (!async::is_cancel_requested()) {
        tell(to_.observer, ports::step_kind::saved, d);  // after the signal to end, no line says that work went on
    }
}

void settlement::decide_disposition(core::outcome& o) {
    switch (o.verdict) {
        case core::verdict::recovered:
        case core::verdict::not_recovered:
        case core::verdict::unstable:
        case core::verdict::not_tolerated:
        case core::verdict::aborted:
        case core::verdict::no_effect:
        case core::verdict::fault_stuck:
        case core::verdict::taken_over:
        case core::verdict::not_ended:
        case core::verdict::unwatched:
        case core::verdict::refused: o.disposition = core::disposition::acked; return;
        case core::verdict::restart_failed:
        case core::verdict::save_failed:
        case core::verdict::cancelled:
        case core::verdict::lease_lost:
        case core::verdict::stopped: break;
    }
    if (o.attempt >= settings_.max_attempts) {
        o.disposition = core::disposition::dead_lettered;
        return;
    }
    const core::backoff policy{settings_.backoff, settings_.backoff_max};
    o.disposition = core::disposition::nacked;
    o.retry_at = o.ended_at + std::chrono::duration_cast<core::duration>(policy.delay(o.attempt, random_));
}

async::awaitable<bool> settlement::finish(const ports::delivery& d, core::outcome& o, bool is_lease_lost) {
    const async::frame here;
    if (o.verdict != core::verdict::refused) {
        o.refused_by.reset();  // refused, but it could not be saved, or the lease was lost: not a refusal on record
    }
    decide_disposition(o);
    std::string trouble;
    try {
        co_await to_.journal.record(*d.message, o);
        is_store_suspect_ = false;
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        const bool recorded = co_await record_later(d, o, std::move(trouble));
        if (!recorded) {
            co_return false;  // not settled either: the journal still has it
        }
    }
    const bool settled = co_await settle(d, o);
    to_.requests.note_end(*d.message, o);
    if (!is_lease_lost) {
        tell_settled(d, o, settled);
    }
    co_return true;
}

async::awaitable<bool> settlement::record_later(const ports::delivery& d, const core::outcome& o, std::string trouble) {
    const async::frame here;
    is_store_suspect_ = true;
    while (!async::is_cancel_requested()) {
        to_.observer.warn(trouble + "; " + core::to_string(*d.message) + " stays unacked, retrying in 2 s");
        co_await async::sleep_for(store_retry);
        try {
            co_await to_.journal.record(*d.message, o);
            is_store_suspect_ = false;
            co_return true;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
    }
    to_.observer.warn(trouble + "; how " + core::to_string(*d.message) + " ended is not on record");
    unrecorded_.emplace_back(d.message, o);
    co_return false;
}

async::awaitable<void> settlement::record_rest() {
    const async::frame here;
    for (const auto& [message, o] : std::exchange(unrecorded_, {})) {
        try {
            co_await to_.journal.record(*message, o);
        } catch (const core::store_failed&) {  // it has been told that it is not on record
        }
    }
}

async::awaitable<bool> settlement::settle(const ports::delivery& d, const core::outcome& o) {
    switch (o.disposition) {
        case core::disposition::nacked: return to_.queue.nack(d, *o.retry_at - o.ended_at);
        case core::disposition::dead_lettered: return to_.queue.dead_letter(d);
        case core::disposition::acked: break;
    }
    return to_.queue.ack(d);
}

void settlement::tell_settled(const ports::delivery& d, const core::outcome& o, bool settled) {
    if (!settled) {
        tell(to_.observer, ports::step_kind::lease_lost, d);
        return;
    }
    switch (o.disposition) {
        case core::disposition::acked: tell(to_.observer, ports::step_kind::acked, d); break;
        case core::disposition::nacked:
            tell(to_.observer, ports::step_kind::nacked, d, *o.retry_at - o.ended_at, o.error);
            break;
        case core::disposition::dead_lettered:
            tell(to_.observer, ports::step_kind::dead_lettered, d, {}, o.error);
            break;
    }
}

}  // namespace mayhem::pipeline
