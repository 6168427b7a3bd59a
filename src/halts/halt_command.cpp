#include "halts/halt_command.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::app {

using pipeline::halt_door;
using ports::halt_record;

void halt_command::recall(const std::optional<halt_record>& r) {
    on_record_ = r;
    if (!r) {
        doors_.close(halt_door::command, "another process");
    } else if (!is_open() || standing_record() != *r) {
        doors_.replace({halt_door::command, r->who, r->since, r->why});
    }
}

async::awaitable<void> halt_command::halt(asker by, std::string why) {
    const async::frame here;
    if (!is_open()) {
        namer_ = std::move(by.name);
    }
    is_untold_ = doors_.open_untold({halt_door::command, by.who, loop_.clock().wall_now(), why}) || is_untold_;
    ++halts_asked_;
    const auto asked = std::make_shared<wish>();
    halts_.push_back(asked);
    work_.set();
    try {
        co_await wait_for(asked);
    } catch (const core::store_failed& e) {
        note_trouble(e.what());
        throw;
    }
}

async::awaitable<void> halt_command::resume(std::string who) {
    const async::frame here;
    const auto asked = std::make_shared<wish>();
    asked->who = std::move(who);
    asked->halts_before = halts_asked_;
    resumes_.push_back(asked);
    work_.set();
    try {
        co_await wait_for(asked);
    } catch (const core::store_late& e) {
        const bool is_begun = std::erase(resumes_, asked) == 0;
        if (is_begun && is_open()) {  // it may yet be carried out, and then the halt is written again
            note_trouble(e.what());
        }
        throw;
    }
}

async::awaitable<void> halt_command::wait_for(std::shared_ptr<wish> w) {
    const async::frame here;
    const auto waited = co_await async::settle(async::with_timeout(w->ended.wait(), answer_max));
    w->is_wanted = waited && waited->has_value();
    waited.rethrow_if_failed();
    if (!w->is_wanted) {
        throw core::store_late("the database has not answered within " + std::to_string(answer_max.count()) + " s");
    }
    if (!w->trouble.empty()) {
        throw core::store_failed(w->trouble);
    }
}

async::awaitable<void> halt_command::keep(ports::halt_memory& record) {
    const async::frame here;
    const async::settled<void> end = co_await async::settle(keep_until_cancelled(record));
    co_await async::begin_cleanup();
    if (std::exchange(is_untold_, false)) {
        doors_.tell_open(halt_door::command);
    }
    if (!halts_.empty()) {
        co_await write(record);
    }
    if (write_due_) {
        log_.warning("The halt is not on record: the next start may not know of it");
    }
    end.rethrow_if_failed();
}

async::awaitable<void> halt_command::keep_until_cancelled(ports::halt_memory& record) {
    const async::frame here;
    for (;;) {
        work_.clear();
        const bool is_due = write_due_ && loop_.now() >= *write_due_;
        if (is_untold_) {
            co_await tell_halt();
        } else if (is_due || !halts_.empty()) {
            co_await write(record);
        } else if (!resumes_.empty()) {
            co_await take_back(record);
        } else if (write_due_) {
            const bool woken = (co_await async::with_timeout(work_.wait(), *write_due_ - loop_.now())).has_value();
            (void)woken;  // for another wish, or to try again
        } else {
            if (std::exchange(has_overlooked_, false)) {
                on_settled_();
            }
            co_await work_.wait();
        }
    }
}

async::awaitable<void> halt_command::tell_halt() {
    const async::frame here;
    if (const auto name = std::exchange(namer_, nullptr)) {
        std::string who = co_await name();
        doors_.rename(halt_door::command, std::move(who));
    }
    is_untold_ = false;
    doors_.tell_open(halt_door::command);
}

async::awaitable<void> halt_command::write(ports::halt_memory& record) {
    const async::frame here;
    const wishes asked = std::exchange(halts_, {});
    const halt_record standing = standing_record();
    std::string trouble;
    ++changes_;
    is_busy_ = true;
    try {
        co_await record.write_halt(standing);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    is_busy_ = false;
    if (trouble.empty()) {
        on_record_ = standing;
        write_due_.reset();
        note_end_of_trouble();
    } else {
        note_trouble(trouble);
        write_due_ = loop_.now() + retry;
    }
    answer(asked, trouble);
}

async::awaitable<void> halt_command::take_back(ports::halt_memory& record) {
    const async::frame here;
    const wishes asked = take_resumes();
    if (asked.empty()) {
        co_return;
    }
    const std::uint64_t halts_before = halts_asked_;
    const std::vector<halt_record> known = known_records();
    std::optional<halt_record> standing;
    std::string trouble;
    ++changes_;
    is_busy_ = true;
    try {
        standing = co_await record.forget_halt(known);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    is_busy_ = false;
    if (trouble.empty()) {
        conclude(asked, halts_before, standing);
    } else if (is_open()) {
        note_trouble(trouble);
        write_due_ = loop_.now();
    }
    answer(asked, trouble);
}

void halt_command::answer(const wishes& asked, const std::string& trouble) {
    for (const auto& w : asked) {
        w->trouble = trouble;
        w->ended.set();
    }
}

void halt_command::conclude(const wishes& asked, std::uint64_t halts_before,
                            const std::optional<halt_record>& standing) {
    on_record_ = standing;
    write_due_.reset();
    if (standing) {  // it is told of as theirs
        namer_ = nullptr;
        is_untold_ = false;
        recall(standing);
        note_end_of_trouble();
        return;
    }
    const auto wanted = std::ranges::find(asked, true, [](const auto& w) { return w->is_wanted; });
    if (halts_before == halts_asked_ && wanted != asked.end()) {
        is_troubled_ = false;
        doors_.close(halt_door::command, (*wanted)->who);
    } else if (is_open()) {  // somebody has halted meanwhile, or nobody waited for it to the end
        write_due_ = loop_.now();
    }
}

/// Those that nobody has halted after; the others have had no effect.
halt_command::wishes halt_command::take_resumes() {
    wishes valid;
    for (auto& w : std::exchange(resumes_, {})) {
        if (!w->is_wanted || w->halts_before != halts_asked_) {
            w->ended.set();
        } else {
            valid.push_back(std::move(w));
        }
    }
    return valid;
}

async::awaitable<void> halt_command::look_up(ports::halt_memory& record) {
    const async::frame here;
    const std::uint64_t before = changes_;
    if (is_settled()) {
        const std::optional<halt_record> kept = co_await record.read_halt();
        if (before == changes_ && is_settled()) {
            recall(kept);
            co_return;
        }
    }
    has_overlooked_ = true;
    work_.set();
}

bool halt_command::is_settled() const noexcept {
    return !is_busy_ && !is_untold_ && !write_due_ && halts_.empty() && resumes_.empty();
}

void halt_command::note_trouble(const std::string& trouble) {
    if (!std::exchange(is_troubled_, true)) {
        log_.warning("{}; it is halted, but a start may not know of it until that is on record, retrying every {} s",
                     trouble, retry.count());
    }
}

void halt_command::note_end_of_trouble() {
    if (std::exchange(is_troubled_, false)) {
        log_.info("The halt is on record");
    }
}

halt_record halt_command::standing_record() const {
    const pipeline::halt_reason* const r = doors_.get().find(halt_door::command);
    MAYHEM_ASSERT(r != nullptr, "a halt that is written holds");
    return {.who = r->who, .why = r->why, .since = r->since};
}

std::vector<halt_record> halt_command::known_records() const {
    std::vector<halt_record> known;
    if (on_record_) {
        known.push_back(*on_record_);
    }
    if (is_open()) {
        known.push_back(standing_record());
    }
    return known;
}

}  // namespace mayhem::app
