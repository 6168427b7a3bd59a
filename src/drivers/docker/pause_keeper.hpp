#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <set>
#include <string>
#include <string_view>

#include "drivers/docker/pause_ledger.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/semaphore.hpp"

namespace mayhem::drivers {

/// Sees to it that every pause ends: after its time, when it is cancelled, when the engine is away for a while, and,
/// through the ledger on disk, after a crash of Mayhem. One for all groups. The loop's thread only.
class pause_keeper {
public:
    /// `folder` is where the ledger is. `tell` is for a person: what was resumed, or could not be yet. All outlive it.
    pause_keeper(async::blocking& pool, const std::filesystem::path& folder,
                 std::function<void(std::string_view)> tell);

    /// What a pause was found to be when it was to end.
    enum class ending { resumed, was_not_paused, may_still_come };

    /// Before the pause: returns once it is on record; then `release` or `forget` follows. Throws
    /// `core::restart_failed`, with the file and the remedy, when it cannot be put there; then nothing may be paused.
    [[nodiscard]] async::awaitable<void> hold(pause_note n);

    /// Ends the pause: resumes the container if it is still that life of it and paused, and strikes it off the record.
    /// Throws `engine_error` when that was not possible within some seconds; then `run` goes on trying. For
    /// `doubt_lasts` one that is not found paused may still become it, or the engine may still say that it is, and
    /// `run` looks after it. To be called in a clean-up.
    [[nodiscard]] async::awaitable<ending> release(pause_note n, std::chrono::seconds doubt_lasts);

    /// There was no pause after all: strikes it off the record and does not look at the container, which somebody else
    /// may have paused. Where that fails, `run` goes on trying, and tells. One before that is still looked after stays
    /// on record. To be called in a clean-up.
    [[nodiscard]] async::awaitable<void> forget(pause_note n);

    /// Resumes what a former life of Mayhem left paused, and what could not be resumed in time, until cancelled.
    /// Spawned once.
    [[nodiscard]] async::awaitable<void> run();

private:
    struct left_pause {
        pause_note note;
        async::clock::time_point in_doubt_until;  ///< so long the engine may still do what it was asked for
        bool is_only_noted = false;               ///< the engine was not asked, or has refused
    };

    [[nodiscard]] async::awaitable<void> load();
    [[nodiscard]] async::awaitable<void> try_all();
    /// Resumes it and strikes it off the record, unless it may still come. Throws `engine_error`.
    [[nodiscard]] async::awaitable<ending> end(left_pause p);
    /// Throws `engine_error` when the record cannot be removed.
    [[nodiscard]] async::awaitable<void> strike_off(const pause_note& n);

    async::blocking& pool_;
    const pause_ledger ledger_;
    const std::function<void(std::string_view)> tell_;
    async::semaphore ledger_turn_{1};
    std::set<std::string> held_;      ///< container ids: somebody is going to release them
    std::list<left_pause> left_;      ///< nobody is
    std::set<std::string> troubled_;  ///< container ids of which a trouble has been told
    async::event has_left_;
};

}  // namespace mayhem::drivers
