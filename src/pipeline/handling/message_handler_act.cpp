// What a handler does between the claim and the conclusion: the act itself, and what is made of how it ended.
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/handling/message_handler.hpp"

namespace mayhem::pipeline {

namespace {

/// What a driver throws in place of a coroutine ends the act all the same.
async::awaitable<ports::act_result> fail_with(std::exception_ptr error) {
    const async::frame here;
    async::settled<ports::act_result> failed;
    failed.set_error(std::move(error));
    co_return std::move(failed);
}

}  // namespace

async::awaitable<ports::act_result> message_handler::restart(const ports::delivery& d, group& g, permission p,
                                                             go_ahead_given& given) {
    const async::frame here;
    if (to_.halt.is_halted()) {
        co_return ports::act_result{core::guard::halted};
    }
    const still_allowed may_act(*d.message, g, p.by, guards_.look(), to_.limits, is_closing_, p.lease, p.taken, given);
    const bool lasts = p.by.lasts() != nullptr;
    async::settled<ports::act_result> result = co_await async::settle(begin_act(d, g, p.by, may_act));
    if (!result) {
        co_return break_off(d, std::move(result), given);
    }
    if (lasts && given.at) {
        given.at = async::this_loop().turn_time();  // the recovery begins with its end
    }
    given.answered = async::this_loop().turn_time();
    if (!result->refused_by) {
        tell_act(d, p.by, result->span.get());
    }
    co_return std::move(result);
}

async::awaitable<ports::act_result> message_handler::begin_act(const ports::delivery& d, group& g, ports::driver& by,
                                                               const ports::go_ahead& may_act) {
    try {
        ports::lasting* const lasting = by.lasts();
        return lasting != nullptr ? hold(d, g, by, *lasting, may_act) : by.restart(d.message->target, may_act);
    } catch (...) {
        return fail_with(std::current_exception());
    }
}

async::awaitable<ports::act_result> message_handler::hold(const ports::delivery& d, group& g, const ports::driver& by,
                                                          ports::lasting& of, const ports::go_ahead& may_act) {
    const span_onlooker looks{.probe = g.probe,
                              .stop_if = g.stop_if,
                              .every = g.settings.recovery_poll,
                              .when_it_stands = [this, &d, &by, length = of.terms().length](std::string_view effect) {
                                  to_.observer.observe({.kind = ports::step_kind::fault_begun,
                                                        .message = *d.message,
                                                        .attempt = d.attempt,
                                                        .length = std::chrono::duration_cast<core::duration>(length),
                                                        .detail = effect,
                                                        .action = by.act()});
                              }};
    return to_.spans.carry_out(of, d.message->target, may_act, looks);
}

void message_handler::tell_act(const ports::delivery& d, const ports::driver& by, const core::span_facts* lasted) {
    if (lasted == nullptr) {
        tell(to_.observer, ports::step_kind::restarted, d);
        return;
    }
    const bool is_stuck = !lasted->stuck.empty();
    to_.observer.observe({.kind = is_stuck ? ports::step_kind::fault_stuck : ports::step_kind::fault_ended,
                          .message = *d.message,
                          .attempt = d.attempt,
                          .length = lasted->held,
                          .detail = lasted->stuck,
                          .action = by.act()});
}

/// Of an act that threw, what is to be made.
async::settled<ports::act_result> message_handler::break_off(const ports::delivery& d,
                                                             async::settled<ports::act_result> failed,
                                                             go_ahead_given& given) {
    given.answered = async::this_loop().turn_time();
    if (async::is_cancellation(failed.error()) && async::is_cancel_requested()) {
        return failed;
    }
    std::string why;
    try {
        failed.rethrow_if_failed();
    } catch (const core::restart_failed&) {
        return failed;
    } catch (...) {
        why = async::text_of(std::current_exception());
    }
    if (given.at) {
        tell(to_.observer, ports::step_kind::failed, d, {}, why);
        failed.set_value(ports::act_result{std::nullopt, std::move(why), true});
        failed.set_error(nullptr);
    } else {
        failed.set_error(std::make_exception_ptr(core::restart_failed(why)));
    }
    return failed;
}

}  // namespace mayhem::pipeline
