#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "halts/halt_doors.hpp"
#include "halts/halt_sight.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The door of the halt that a file holds open while it is there.
///
/// Only a look that found no file closes it. One that failed, or was not answered in time, changes nothing and is
/// warned of once; as long as a file has never been seen, there or not, it counts as being there. The loop's thread
/// only; `sight` outlives it, and answers nothing once it has gone.
class halt_file_door {
public:
    /// So long a look may hold up a start or a reload.
    static constexpr std::chrono::seconds answer_max{1};

    halt_file_door(async::loop& l, telemetry::log log, halt_doors& doors, halt_sight& sight)
        : loop_(l), log_(log), doors_(doors), sight_(sight) {}

    /// From now on it is this file. Returns when it has been looked at, or counts as being there.
    [[nodiscard]] async::awaitable<void> use(std::filesystem::path file);

    /// One look. Returns when it is answered, or late.
    [[nodiscard]] async::awaitable<void> look();

    /// Whether the sight tells of changes.
    [[nodiscard]] bool is_watched() const noexcept { return is_watched_; }

private:
    void take(const halt_look& found, bool is_watched);
    void take_note(const halt_note& note);
    void take_absence();
    void complain(const std::string& trouble);

    async::loop& loop_;
    const telemetry::log log_;
    halt_doors& doors_;
    halt_sight& sight_;
    std::filesystem::path file_;
    std::uint64_t files_ = 0;     ///< so many have been used: an answer about a former one is out of date
    bool is_looking_ = false;     ///< a look is not answered: there is never a second one of a file
    bool is_late_ = false;        ///< and has not been in time
    bool has_been_seen_ = false;  ///< there or not
    bool is_watched_ = false;
    std::string trouble_;  ///< of which a warning has told
    async::event answered_;
};

}  // namespace mayhem::app
