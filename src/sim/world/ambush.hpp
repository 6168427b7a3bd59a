#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "sim/chance/dice.hpp"

namespace mayhem::sim {

/// A while in which a daemon has more to lose than otherwise.
enum class weak_moment : std::uint8_t {
    guards_are_asked,        ///< it looks whether it may act, and nothing says yet that it will
    act_waits,               ///< it asked for an act, which has not begun
    act_is_unsaved,          ///< an act has begun, and no word of it is on the disk; the target may outlive that
    target_dies_slowly,      ///< it acted, and the target still looks as before
    target_outlives_record,  ///< the same, and the end of the attempt is about to be put on record
    target_outlives_life,    ///< the same, and the life that acted is over: another one has begun
    act_is_unrecorded,       ///< it acted, and what came of it could not be put on record so far
    sync_failed,             ///< what it takes for lost may be on the disk
    entry_failed,            ///< that, of a message that was to be entered, until it is tried again
    reload_goes_on,
    reload_hangs,  ///< its file takes long to be read
};

/// Chance alone hardly ever strikes in the few seconds that matter. So half of those who strike lie in wait for such a
/// moment instead.
class ambush {
public:
    /// Both must outlive it.
    ambush(async::loop& l, dice& d);

    /// What is done then; the target if the moment is one's.
    using blow = std::function<void(const std::string& target)>;

    /// Whether `b` is done in the next weak moment that suits this fault; otherwise it is the caller's to do now.
    /// `how`: the throw that says whether it comes about at all.
    [[nodiscard]] bool waits(fault f, const dice::outcome& how, blow b);

    /// A throw for a fault that makes one of these moments, or makes it weaker: a likely one as long as somebody waits
    /// for it.
    [[nodiscard]] dice::outcome roll(fault f, std::initializer_list<weak_moment> makes);

    /// It is one, so long from now on.
    void spring(weak_moment m, std::chrono::nanoseconds lasts, const std::string& target = {});

    /// Nobody lies in wait any more.
    [[nodiscard]] async::awaitable<void> end();

private:
    /// Who comes when so many of his kind wait already strikes at once.
    static constexpr std::ptrdiff_t waiting_max = 4;
    /// The same for the moment that hardly ever comes.
    static constexpr std::ptrdiff_t waiting_for_entry_max = 1;

    struct one {
        fault who{};
        weak_moment moment{};
        double part = 0;  ///< of the moment, after which it strikes
        blow strike;
    };
    async::awaitable<void> strike_after(std::chrono::nanoseconds d, blow b, std::string target);

    dice& dice_;
    std::vector<one> waiting_;
    async::task_group striking_;
};

}  // namespace mayhem::sim
