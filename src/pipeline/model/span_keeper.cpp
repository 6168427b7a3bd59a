#include "pipeline/model/span_keeper.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "pipeline/model/at_work.hpp"

namespace mayhem::pipeline {

namespace {

using effect = ports::action::beginning::effect;

}  // namespace

span_keeper::span_keeper(ports::undo_notes& notes, actions known, teller tell, stuck_teller tell_stuck)
    : tell_(tell), undo_(notes, known, std::move(tell), std::move(tell_stuck)) {}

/// Settled, so that its clean-up ends with it and does not cover what the caller does afterwards.
async::awaitable<ports::act_result> span_keeper::carry_out(ports::lasting& of, core::target t,
                                                           const ports::go_ahead& may_act, span_onlooker looks) {
    const async::frame here;
    async::settled<ports::act_result> done = co_await async::settle(begin_and_end(of, std::move(t), may_act, looks));
    co_return std::move(done).get();
}

std::optional<ports::act_result> span_keeper::refuse_a_second(const ports::undo_note& n) const {
    std::string why;
    if (!begun_.empty()) {
        const standing_span& other = begun_.begin()->second;
        why = other.note.name + " is " + other.done + " just now, and one at a time is enough for a host";
    } else if (const auto troubled = undo_.first_trouble(); troubled && !undo_.is_troubled(n)) {
        why = "the " + troubled->first + " of " + troubled->second +
              " cannot be ended, and until then nothing else that lasts is begun";
    }
    return why.empty() ? std::nullopt : std::optional(ports::act_result{core::guard::span_under_way, std::move(why)});
}

std::vector<span_keeper::standing_span> span_keeper::standing() const {
    std::vector<standing_span> all;
    for (const auto& [of, span] : begun_) {
        if (span.since) {
            all.push_back(span);
            if (core::seen_effect by_now = undo_.find(span.note.action)->effect_of(span.note); !by_now.text.empty()) {
                all.back().effect = std::move(by_now.text);
            }
        }
    }
    for (const ports::undo_note& n : undo_.left_over()) {
        if (const ports::action* const how = undo_.find(n.action); how != nullptr) {
            all.push_back({.note = n,
                           .done = std::string(how->called().done),
                           .how_to_see = how->how_to_see(n),
                           .stuck = undo_.why_stuck(n)});
        }
    }
    return all;
}

/// Cancelled, it throws, and the note is in `begun_` no more.
async::awaitable<span_keeper::course> span_keeper::stand(ports::undo_note n, core::target t,
                                                         std::chrono::nanoseconds length,
                                                         const ports::go_ahead& may_act, span_onlooker looks) {
    const async::frame here;
    ports::action& how = *undo_.find(n.action);
    span_watch watch(how, std::move(n), std::move(t), may_act, std::move(looks));
    span_watch::end e = co_await watch.wait_out(length);
    course c{.facts = {.ended_by = e.how, .during = watch.during()}, .why_early = std::move(e.why_early)};
    co_return c;
}

async::awaitable<ports::act_result> span_keeper::begin_and_end(ports::lasting& of, core::target t,
                                                               const ports::go_ahead& may_act, span_onlooker looks) {
    const async::frame here;
    ports::held_target found = co_await of.hold(t);
    if (!found.note) {
        co_return std::move(found.refusal);
    }
    const ports::undo_note note = *std::move(found.note);
    MAYHEM_ASSERT(undo_.find(note.action) != nullptr, "nothing is begun that this life could not end");
    ports::action& how = *undo_.find(note.action);
    if (auto refused = refuse_a_second(note)) {
        co_return *std::move(refused);
    }
    const core::span_terms terms = of.terms();
    begun_.emplace(subject_of(note), standing_span{.note = note, .done = std::string(how.called().done)});
    const at_work<decltype(begun_)> mine(begun_, subject_of(note));
    co_await undo_.hold(note);
    ports::action::beginning begun;
    std::exception_ptr cancelled;
    try {
        async::throw_if_cancelled();
        begun = co_await how.begin(note, terms, may_act);
    } catch (...) {
        cancelled = std::current_exception();
    }
    const async::clock::time_point since = async::this_loop().now();
    course c{.facts = {.ended_by = core::span_end::told_to_end}};
    if (begun.came == effect::stands) {
        of.note_stood(t);
        if (looks.when_it_stands) {
            looks.when_it_stands(begun.seen);
        }
        tell_standing(begun_.at(subject_of(note)), terms.length, std::move(begun.seen));
        c.why_early = "Mayhem is told to end";  // unless nobody has cancelled it before it began to stand, or since
        try {
            course stood = co_await stand(note, t, terms.length, may_act, looks);
            c = std::move(stood);
        } catch (const asio::system_error&) {
        }
    }
    co_await async::begin_cleanup();
    if (begun.came == effect::stands) {
        c.facts.asked = std::chrono::duration_cast<core::duration>(terms.length);
        c.facts.held = std::chrono::duration_cast<core::duration>(async::this_loop().now() - since);
        c.facts.effect.text = begun_.at(subject_of(note)).effect;
        ports::act_result result = co_await end_in_time(note, std::move(c));
        co_return result;
    }
    if (begun.came != effect::none) {
        ports::act_result result = co_await end_doubtful(of, std::move(t), note, std::move(begun));
        co_return result;
    }
    co_await undo_.forget(note);
    if (cancelled) {
        std::rethrow_exception(cancelled);
    }
    if (!begun.refused_by) {
        throw core::restart_failed(begun.trouble);
    }
    co_return ports::act_result{begun.refused_by, std::move(begun.trouble)};
}

void span_keeper::tell_standing(standing_span& s, std::chrono::nanoseconds length, std::string effect) const {
    const core::wall_time now = async::this_loop().turn_wall_time();
    s.since = now;
    s.until = now + std::chrono::duration_cast<core::duration>(length);
    s.effect = std::move(effect);
    s.how_to_see = undo_.find(s.note.action)->how_to_see(s.note);
}

async::awaitable<ports::act_result> span_keeper::end_in_time(ports::undo_note n, course c) {
    const async::frame here;
    const ports::action& how = *undo_.find(n.action);
    ports::act_result result;
    if (c.why_early) {
        const std::string name(how.called().name);
        const std::string lasted =
            core::format_duration(c.facts.held) + " of " + core::format_duration(c.facts.asked) + ": " + *c.why_early;
        result.remark = std::make_shared<const std::string>("its " + name + " was ended after " + lasted);
        tell_("The " + name + " of " + n.name + " is ended after " + lasted);
    }
    try {
        const ending ended = co_await undo_.release(n, how.doubted_for().after_it_stood);
        if (ended == ending::taken_over) {
            tell_("The " + std::string(how.called().name) + " of " + n.name +
                  " is over, and somebody else has changed since what it had changed: that is left as it is");
        }
    } catch (const core::fault_stuck& e) {
        c.facts.stuck = e.what();
    } catch (const core::undo_failed& e) {  // it stands no more all the same
        result.trouble = e.what();
    }
    if (core::seen_effect by_now = how.effect_of(n); !by_now.text.empty()) {
        c.facts.effect = std::move(by_now);
    }
    result.span = std::make_shared<const core::span_facts>(std::move(c.facts));
    co_return result;
}

/// It can be looked at: who has answered, and does not show it standing, has not done it.
async::awaitable<ports::act_result> span_keeper::end_doubtful(ports::lasting& of, core::target t, ports::undo_note n,
                                                              ports::action::beginning b) {
    const async::frame here;
    std::optional<ending> found;
    std::string trouble;
    try {
        const ending ended = co_await undo_.release(n, undo_.find(n.action)->doubted_for().after_no_answer);
        found = ended;
    } catch (const core::undo_failed& more) {
        trouble = std::string("; ") + more.what();
    }
    if (b.came == effect::failed && found && *found != ending::undone) {
        throw core::restart_failed(b.trouble);
    }
    of.note_stood(t);
    ports::act_result result;
    result.trouble = b.trouble + trouble;
    result.is_in_doubt = found != ending::undone;
    co_return result;
}

}  // namespace mayhem::pipeline
