#include "pipeline/model/span_keeper.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::pipeline {

namespace {

using effect = ports::action::beginning::effect;

constexpr std::chrono::seconds retry_interval{2};
constexpr std::chrono::milliseconds first_retry{500};
constexpr int looks_max = 3;
constexpr std::chrono::milliseconds look_again{100};

/// Whether it must end: only while something stands, which is rare, does anybody wake up for that.
constexpr std::chrono::nanoseconds ask_every = std::chrono::milliseconds{250};

/// Why it stands no more.
struct stop {
    core::span_end how = core::span_end::time_over;
    std::optional<std::string> why{};
};

/// Until `length` is over, until it has ended by itself, or until it must.
async::awaitable<stop> wait_out(ports::action& how, ports::undo_note n, std::chrono::nanoseconds length,
                                const ports::go_ahead& may_act) {
    const async::frame here;
    const async::loop& loop = async::this_loop();
    const async::clock::time_point until = async::clock::after(loop.now(), length);
    while (loop.now() < until) {
        if (std::optional<ports::action::early_end> early = how.ended_early(n)) {
            co_return stop{.how = early->how,
                           .why = early->why.empty() ? std::nullopt : std::optional(std::move(early->why))};
        }
        if (std::optional<std::string> why = may_act.must_end()) {
            co_return stop{.how = core::span_end::told_to_end, .why = std::move(why)};
        }
        const std::chrono::nanoseconds left = until - loop.now();
        co_await async::sleep_for(std::min(left, ask_every));
    }
    co_return stop{};
}

/// Asks until it is cancelled; the answer that it waits for then counts for nothing.
async::awaitable<void> look_on(ports::probe& p, core::target t, std::chrono::nanoseconds every,
                               core::looks_during& seen) {
    const async::frame here;
    const async::clock::time_point since = async::this_loop().now();
    for (;;) {
        const async::clock::time_point asked = async::this_loop().now();
        const ports::probe_result answer = co_await p.ask(t);
        ++(answer.passes ? seen.green : seen.red);
        if (!answer.passes && !seen.first_red) {
            seen.first_red = std::chrono::duration_cast<core::duration>(asked - since);
        }
        co_await async::sleep_for(every);
    }
}

async::awaitable<stop> wait_out_and_end(async::task_group& looking, async::awaitable<stop> waiting) {
    const async::frame here;
    stop s = co_await std::move(waiting);
    looking.cancel();
    co_return s;
}

/// Gives a subject free.
template <typename Set>
class at_work {
public:
    at_work(Set& all, typename Set::key_type who) : all_(all), who_(std::move(who)) {}
    ~at_work() { all_.erase(who_); }
    at_work(const at_work&) = delete;
    at_work& operator=(const at_work&) = delete;

private:
    Set& all_;
    const typename Set::key_type who_;
};

std::string at_the_beginning(std::string text) {
    if (!text.empty()) {
        text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    }
    return text;
}

}  // namespace

span_keeper::span_keeper(ports::undo_notes& notes, actions known, teller tell)
    : notes_(notes), known_(known), tell_(std::move(tell)) {}

ports::action* span_keeper::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(known_, [name](const auto& a) { return a->called().name == name; });
    return found == known_.end() ? nullptr : found->get();
}

bool span_keeper::is_left(const ports::undo_note& n) const {
    return std::ranges::find(left_, n, &left_span::note) != left_.end();
}

void span_keeper::leave(left_span s) {
    left_.push_back(std::move(s));
    has_left_.set();
}

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
    } else if (!troubled_.empty() && !troubled_.contains(subject_of(n))) {
        why = "the " + troubled_.begin()->first + " of " + troubled_.begin()->second +
              " cannot be ended, and until then nothing else that lasts is begun";
    }
    return why.empty() ? std::nullopt : std::optional(ports::act_result{core::guard::span_under_way, std::move(why)});
}

std::vector<span_keeper::standing_span> span_keeper::standing() const {
    std::vector<standing_span> all;
    for (const auto& [of, span] : begun_) {
        if (span.since) {
            all.push_back(span);
        }
    }
    for (const left_span& s : left_) {
        const ports::action* const how = find(s.note.action);
        if (!s.is_only_noted && how != nullptr) {
            all.push_back(
                {.note = s.note, .done = std::string(how->called().done), .how_to_see = how->how_to_see(s.note)});
        }
    }
    return all;
}

/// Cancelled, it throws, and the note is in `begun_` no more.
async::awaitable<span_keeper::course> span_keeper::stand(ports::undo_note n, core::target t,
                                                         std::chrono::nanoseconds length,
                                                         const ports::go_ahead& may_act, span_onlooker looks) {
    const async::frame here;
    course c;
    const auto body = [&](async::task_group& looking) {
        if (looks.probe != nullptr) {
            looking.spawn("looks", look_on(*looks.probe, t, looks.every, c.facts.during));
        }
        return wait_out_and_end(looking, wait_out(*find(n.action), n, length, may_act));
    };
    const stop s = co_await async::with_group("span", body);
    c.facts.ended_by = s.how;
    c.why_early = s.why;
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
    MAYHEM_ASSERT(find(note.action) != nullptr, "nothing is begun that this life could not end");
    ports::action& how = *find(note.action);
    if (auto refused = refuse_a_second(note)) {
        co_return *std::move(refused);
    }
    const core::span_terms terms = of.terms();
    begun_.emplace(subject_of(note), standing_span{.note = note, .done = std::string(how.called().done)});
    const at_work<decltype(begun_)> mine(begun_, subject_of(note));
    co_await hold(note);
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
        c.facts.effect = begun_.at(subject_of(note)).effect;
        ports::act_result result = co_await end_in_time(note, std::move(c));
        co_return result;
    }
    if (begun.came != effect::none) {
        ports::act_result result = co_await end_doubtful(of, std::move(t), note, std::move(begun));
        co_return result;
    }
    co_await forget(note);
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
    s.how_to_see = find(s.note.action)->how_to_see(s.note);
}

async::awaitable<ports::act_result> span_keeper::end_in_time(ports::undo_note n, course c) {
    const async::frame here;
    const ports::action& how = *find(n.action);
    ports::act_result result;
    if (c.why_early) {
        const std::string name(how.called().name);
        const std::string lasted =
            core::format_duration(c.facts.held) + " of " + core::format_duration(c.facts.asked) + ": " + *c.why_early;
        result.remark = std::make_shared<const std::string>("its " + name + " was ended after " + lasted);
        tell_("The " + name + " of " + n.name + " is ended after " + lasted);
    }
    try {
        (void)co_await release(n, how.doubted_for().after_it_stood);
    } catch (const core::undo_failed& e) {  // it stood all the same: whether it goes on, the recovery watch sees
        result.trouble = e.what();
    }
    if (std::string by_now = how.effect_of(n); !by_now.empty()) {
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
        const ending ended = co_await release(n, find(n.action)->doubted_for().after_no_answer);
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

async::awaitable<void> span_keeper::hold(ports::undo_note n) {
    const async::frame here;
    if (!held_.insert(subject_of(n)).second) {
        throw core::restart_failed(n.name + " is left alone: what was done to it before is not over yet");
    }
    std::string trouble;
    try {
        const async::semaphore::permit turn = co_await turn_.acquire();
        co_await notes_.add(n);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    } catch (...) {
        held_.erase(subject_of(n));
        throw;
    }
    if (!trouble.empty()) {
        held_.erase(subject_of(n));
        const std::string done(find(n.action)->called().done);
        throw core::restart_failed(n.name + " is not " + done + ": " + trouble +
                                   "; make room there, and let Mayhem write to it");
    }
}

async::awaitable<void> span_keeper::forget(ports::undo_note n) {
    const async::frame here;
    const at_work mine(held_, subject_of(n));
    bool is_struck_off = is_left(n);  // one before is looked after
    try {
        if (!is_struck_off) {
            co_await strike_off(n);
            is_struck_off = true;
        }
    } catch (const core::undo_failed&) {  // `run` tells
    }
    if (!is_struck_off) {
        leave({.note = std::move(n), .is_only_noted = true});
    }
}

async::awaitable<span_keeper::ending> span_keeper::release(ports::undo_note n, std::chrono::seconds doubt_lasts) {
    const async::frame here;
    const left_span s{.note = std::move(n), .in_doubt_until = async::this_loop().now() + doubt_lasts};
    const at_work mine(held_, subject_of(s.note));
    std::optional<ending> ended;
    std::string trouble;
    for (int attempt = 1; attempt <= 2 && !ended; ++attempt) {
        if (attempt > 1) {
            co_await async::sleep_for(first_retry);
        }
        try {
            const ending e = co_await end(s);
            ended = e;
        } catch (const core::undo_failed& e) {
            trouble = e.what();
        }
    }
    if (ended && *ended != ending::may_still_come) {
        co_return *ended;
    }
    leave(s);
    if (!ended) {
        throw core::undo_failed(s.note.name + " may still be " + std::string(find(s.note.action)->called().done) +
                                ": " + trouble + "; Mayhem tries again every 2 s, and at its next start");
    }
    co_return *ended;
}

/// Strikes it off the record as well, unless it may still come.
async::awaitable<span_keeper::ending> span_keeper::end(left_span s) {
    const async::frame here;
    ports::action& how = *find(s.note.action);
    ports::action::ending found = ports::action::ending::not_standing;
    for (int looks = 1; !s.is_only_noted; ++looks) {
        const ports::action::ending seen = co_await how.end(s.note);
        found = seen;
        if (found != ports::action::ending::not_standing || async::this_loop().now() >= s.in_doubt_until) {
            break;
        }
        if (looks == looks_max) {
            co_return ending::may_still_come;
        }
        co_await async::sleep_for(look_again);
    }
    co_await strike_off(s.note);
    co_return found == ports::action::ending::undone ? ending::undone : ending::was_not_there;
}

async::awaitable<void> span_keeper::strike_off(ports::undo_note n) {
    const async::frame here;
    const async::semaphore::permit turn = co_await turn_.acquire();
    std::string trouble;
    try {
        co_await notes_.remove(n);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        throw core::undo_failed(trouble);
    }
}

async::awaitable<void> span_keeper::run() {
    const async::frame here;
    co_await load();
    for (;;) {
        has_left_.clear();
        co_await try_all();
        if (left_.empty()) {
            co_await has_left_.wait();
        } else {
            co_await async::sleep_for(retry_interval);
        }
    }
}

async::awaitable<void> span_keeper::load() {
    const async::frame here;
    async::semaphore::permit turn = co_await turn_.acquire();
    const ports::undo_notes::found found = co_await notes_.all();
    turn.release();
    for (const std::string& what : found.unreadable) {
        tell_("Cannot read the record of what must be undone in " + what +
              ": see whether something still stands (a container is paused), then remove the file");
    }
    for (const ports::undo_note& n : found.notes) {
        const ports::action* const how = find(n.action);
        if (how == nullptr) {
            tell_("Cannot end the " + n.action + " of " + n.name +
                  ", which a former life has begun: this program does "
                  "not know how; start the mayhem that did it, or end it by hand and remove its record");
        } else if (!held_.contains(subject_of(n)) && !is_left(n)) {
            // whoever asked for it was killed, perhaps before the answer
            leave({.note = n, .in_doubt_until = async::this_loop().now() + how->doubted_for().after_no_answer});
        }
    }
}

async::awaitable<void> span_keeper::try_all() {
    const async::frame here;
    for (auto s = left_.begin(); s != left_.end();) {
        bool is_over = false;
        if (held_.insert(subject_of(s->note)).second) {  // whoever is at it releases it; what was before waits for that
            const at_work mine(held_, subject_of(s->note));
            co_await try_once(*s, is_over);
        }
        s = is_over ? left_.erase(s) : std::next(s);
    }
}

async::awaitable<void> span_keeper::try_once(left_span s, bool& is_over) {
    const async::frame here;
    const ports::action::words called = find(s.note.action)->called();
    std::string trouble;
    try {
        const ending e = co_await end(s);
        is_over = e != ending::may_still_come;
        if (e == ending::undone) {
            tell_(at_the_beginning(s.note.name) + ", which was left " + std::string(called.done) + ", is " +
                  std::string(called.undone));
        }
    } catch (const core::undo_failed& e) {
        trouble = e.what();
    }
    if (trouble.empty()) {
        troubled_.erase(subject_of(s.note));
    } else if (troubled_.insert(subject_of(s.note)).second) {
        const std::string done(called.done);
        const std::string what = s.is_only_noted
                                     ? " was not " + done + ", and the record that it is cannot be removed yet: "
                                     : " was left " + done + " and cannot be " + std::string(called.undone) + " yet: ";
        tell_(at_the_beginning(s.note.name) + what + trouble + ", retrying every 2 s");
    }
}

}  // namespace mayhem::pipeline
