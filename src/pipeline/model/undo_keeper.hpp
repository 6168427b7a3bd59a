#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/ports/action.hpp"
#include "mayhem/ports/undo_notes.hpp"

namespace mayhem::pipeline {

/// Keeps the notes of what lasts, and ends what they tell of: a note is on record before anything begins, and struck
/// off once it was seen not to stand. What could not be ended, and what a former life has left, it tries again until it
/// is. Does not decide when something begins or ends (`span_keeper`). One for the daemon's life; the loop's thread
/// only.
class undo_keeper {
public:
    using teller = std::function<void(std::string_view)>;
    using stuck_teller = std::function<void(const ports::undo_note& n, std::string_view why)>;
    using actions = std::span<const std::unique_ptr<ports::action>>;

    /// As `span_keeper`.
    undo_keeper(ports::undo_notes& notes, actions known, teller tell, stuck_teller tell_stuck);

    enum class ending { undone, was_not_there, taken_over, may_still_come };

    /// What it is about.
    using subject = std::pair<std::string, std::string>;
    [[nodiscard]] static subject subject_of(const ports::undo_note& n) { return {n.action, n.subject}; }

    /// Before it begins: returns once it is on record; then `release` or `forget` follows. Throws
    /// `core::restart_failed`.
    async::awaitable<void> hold(ports::undo_note n);

    /// Ends it, and strikes it off the record. Throws `core::undo_failed` when that was not possible within some
    /// seconds, `core::fault_stuck` if it stands; then `run` goes on trying. In a clean-up.
    async::awaitable<ending> release(ports::undo_note n, std::chrono::seconds doubt_lasts);

    /// It was nothing after all: strikes it off the record and does not look at the subject, which somebody else may
    /// have done the same to. Where that fails, `run` goes on. One before that is still looked after stays on record.
    async::awaitable<void> forget(ports::undo_note n);

    /// Ends what a former life has left, and what could not be ended in time, until cancelled. Spawned once.
    async::awaitable<void> run();

    /// What is left over, and should have ended.
    [[nodiscard]] std::vector<ports::undo_note> left_over() const;

    /// One that cannot be ended; nothing: no such trouble is known. Of `n` itself: whether it is one.
    [[nodiscard]] std::optional<subject> first_trouble() const;
    [[nodiscard]] bool is_troubled(const ports::undo_note& n) const { return troubled_.contains(subject_of(n)); }

    /// Why it cannot be ended, and what ends it, for a person; empty: no such trouble is known.
    [[nodiscard]] std::string why_stuck(const ports::undo_note& n) const;

    /// Null: nobody in this life could end it.
    [[nodiscard]] ports::action* find(std::string_view name) const noexcept;

private:
    struct left_span {
        ports::undo_note note;
        async::clock::time_point in_doubt_until{};  ///< so long it may still come
        bool is_only_noted = false;                 ///< it was never asked for, or was refused
    };

    async::awaitable<void> load();
    async::awaitable<void> try_all();
    async::awaitable<void> try_once(left_span s, bool& is_over);
    async::awaitable<ending> end(left_span s);
    async::awaitable<void> strike_off(ports::undo_note n);
    void leave(left_span s);
    bool note_stuck(const ports::undo_note& n, const std::string& trouble);
    [[nodiscard]] bool is_left(const ports::undo_note& n) const;

    ports::undo_notes& notes_;
    const actions known_;
    const teller tell_;
    const stuck_teller tell_stuck_;
    async::semaphore turn_{1};              ///< at the notes
    std::set<subject> held_;                ///< somebody is at work on them, and nobody else is
    std::list<left_span> left_;             ///< nobody is
    std::set<subject> troubled_;            ///< of whom a trouble has been told
    std::map<subject, std::string> stuck_;  ///< what stands and should not: why
    async::event has_left_;
};

}  // namespace mayhem::pipeline
