#include "pipeline/model/undo_keeper.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/model/at_work.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds retry_interval{2};
constexpr std::chrono::milliseconds first_retry{500};
constexpr int looks_max = 3;
constexpr std::chrono::milliseconds look_again{100};

std::string at_the_beginning(std::string text) {
    if (!text.empty()) {
        text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    }
    return text;
}

/// Throws `core::fault_stuck`.
async::awaitable<ports::action::ending> end_by(ports::action& how, ports::undo_note n) {
    const async::frame here;
    std::string trouble;
    try {
        const ports::action::ending e = co_await how.end(std::move(n));
        co_return e;
    } catch (const core::undo_failed& e) {
        trouble = e.what();
    }
    throw core::fault_stuck(trouble);
}

}  // namespace

undo_keeper::undo_keeper(ports::undo_notes& notes, actions known, teller tell, stuck_teller tell_stuck)
    : notes_(notes), known_(known), tell_(std::move(tell)), tell_stuck_(std::move(tell_stuck)) {}

ports::action* undo_keeper::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(known_, [name](const auto& a) { return a->called().name == name; });
    return found == known_.end() ? nullptr : found->get();
}

std::string undo_keeper::why_stuck(const ports::undo_note& n) const {
    const auto found = stuck_.find(subject_of(n));
    if (found == stuck_.end()) {
        return {};
    }
    const ports::action& how = *find(n.action);
    return n.name + " may still be " + std::string(how.called().done) + ": " + found->second +
           "; Mayhem tries again every 2 s, and at its next start; \"mayhem undo\" ends it as well, or by hand: " +
           how.how_to_end(n);
}

/// Whether nobody has known of it.
bool undo_keeper::note_stuck(const ports::undo_note& n, const std::string& trouble) {
    return stuck_.insert_or_assign(subject_of(n), trouble).second;
}

bool undo_keeper::is_left(const ports::undo_note& n) const {
    return std::ranges::find(left_, n, &left_span::note) != left_.end();
}

void undo_keeper::leave(left_span s) {
    left_.push_back(std::move(s));
    has_left_.set();
}

std::vector<ports::undo_note> undo_keeper::left_over() const {
    std::vector<ports::undo_note> all;
    for (const left_span& s : left_) {
        if (!s.is_only_noted) {
            all.push_back(s.note);
        }
    }
    return all;
}

std::optional<undo_keeper::subject> undo_keeper::first_trouble() const {
    return troubled_.empty() ? std::nullopt : std::optional(*troubled_.begin());
}

async::awaitable<void> undo_keeper::hold(ports::undo_note n) {
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

async::awaitable<void> undo_keeper::forget(ports::undo_note n) {
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

async::awaitable<undo_keeper::ending> undo_keeper::release(ports::undo_note n, std::chrono::seconds doubt_lasts) {
    const async::frame here;
    const left_span s{.note = std::move(n), .in_doubt_until = async::this_loop().now() + doubt_lasts};
    const at_work mine(held_, subject_of(s.note));
    std::optional<ending> ended;
    std::string trouble;
    bool is_stuck = false;
    for (int attempt = 1; attempt <= 2 && !ended; ++attempt) {
        if (attempt > 1) {
            co_await async::sleep_for(first_retry);
        }
        try {
            const ending e = co_await end(s);
            ended = e;
        } catch (const core::fault_stuck& e) {
            trouble = e.what();
            is_stuck = true;
        } catch (const core::undo_failed& e) {
            trouble = e.what();
            is_stuck = false;
        }
    }
    if (ended && *ended != ending::may_still_come) {
        co_return *ended;
    }
    leave(s);
    if (!ended && is_stuck) {
        (void)note_stuck(s.note, trouble);  // whoever asked tells
        throw core::fault_stuck(why_stuck(s.note));
    }
    if (!ended) {
        throw core::undo_failed("the record that " + s.note.name + " is " +
                                std::string(find(s.note.action)->called().done) + " cannot be removed yet: " + trouble +
                                "; Mayhem tries again every 2 s");
    }
    co_return *ended;
}

/// Strikes it off the record as well, unless it may still come.
async::awaitable<undo_keeper::ending> undo_keeper::end(left_span s) {
    const async::frame here;
    ports::action& how = *find(s.note.action);
    ports::action::ending found = ports::action::ending::not_standing;
    for (int looks = 1; !s.is_only_noted; ++looks) {
        const ports::action::ending seen = co_await end_by(how, s.note);
        found = seen;
        if (found != ports::action::ending::not_standing || async::this_loop().now() >= s.in_doubt_until) {
            break;
        }
        if (looks == looks_max) {
            co_return ending::may_still_come;
        }
        co_await async::sleep_for(look_again);
    }
    stuck_.erase(subject_of(s.note));
    co_await strike_off(s.note);
    if (found == ports::action::ending::taken_over) {
        co_return ending::taken_over;
    }
    co_return found == ports::action::ending::undone ? ending::undone : ending::was_not_there;
}

async::awaitable<void> undo_keeper::strike_off(ports::undo_note n) {
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

async::awaitable<void> undo_keeper::run() {
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

async::awaitable<void> undo_keeper::load() {
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

async::awaitable<void> undo_keeper::try_all() {
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

async::awaitable<void> undo_keeper::try_once(left_span s, bool& is_over) {
    const async::frame here;
    const ports::action::words called = find(s.note.action)->called();
    std::string trouble;
    bool is_stuck = false;
    try {
        const ending e = co_await end(s);
        is_over = e != ending::may_still_come;
        if (e == ending::undone) {
            tell_(at_the_beginning(s.note.name) + ", which was left " + std::string(called.done) + ", is " +
                  std::string(called.undone));
        } else if (e == ending::taken_over) {
            tell_(at_the_beginning(s.note.name) + ", which was left " + std::string(called.done) +
                  ", is left as it is: somebody else has changed that since");
        }
    } catch (const core::fault_stuck& e) {
        trouble = e.what();
        is_stuck = true;
    } catch (const core::undo_failed& e) {
        trouble = e.what();
    }
    if (is_stuck && note_stuck(s.note, trouble) && tell_stuck_) {
        tell_stuck_(s.note, why_stuck(s.note));
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
