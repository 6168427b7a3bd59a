#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/history.hpp"
#include "record/recovery_rows.hpp"

namespace mayhem::stores {

/// From the act to the new incarnation, over the restarts that recovered. Percentiles by nearest rank: the smallest
/// value that at least that share of all values does not exceed.
struct recovery_times {
    core::duration median{};
    core::duration p95{};
    core::duration worst{};

    friend bool operator==(const recovery_times&, const recovery_times&) = default;
};

/// What became of a number of attempts. Their sum is `attempts`, and `restarts` that of the ten that follow it. What
/// was told to end and did not is none of them.
struct attempt_counts {
    std::size_t attempts = 0;
    std::size_t restarts = 0;  ///< the target was touched, as far as is known
    std::size_t recovered = 0;
    std::size_t not_recovered = 0;
    std::size_t unstable = 0;                ///< came back, and fell again before it was stable
    std::size_t not_tolerated = 0;           ///< came back, and did not tolerate what lasted
    std::size_t aborted = 0;                 ///< came back, and `stop_if` has ended what lasted
    std::size_t no_effect = 0;               ///< is there, and no effect of what lasted was seen
    std::size_t fault_stuck = 0;             ///< what lasted could not be ended in its time
    std::size_t taken_over = 0;              ///< somebody else stopped or removed it on purpose after the act
    std::size_t unwatched = 0;               ///< nobody saw to the end whether it recovered
    std::size_t unrecorded = 0;              ///< restarted, and the record of it failed at first (`save_failed`)
    std::size_t not_ended = 0;               ///< told to end, and still there when its time was over
    std::size_t refused = 0;                 ///< a guard said no
    std::size_t failed = 0;                  ///< the driver could not do it
    std::size_t interrupted = 0;             ///< cancelled, lease lost
    std::size_t open = 0;                    ///< running, or the daemon was killed in it
    std::size_t others_fell = 0;             ///< with those targets, as far as they were watched
    std::size_t others_stayed_down = 0;      ///< of those: when it was looked last, they did not stand again
    std::size_t others_unforetold = 0;       ///< of those: nobody had foretold that they would
    std::optional<recovery_times> recovery;  ///< absent when nothing recovered
    std::map<core::guard, std::size_t> refused_by{};  ///< of the refused: which guard how often

    friend bool operator==(const attempt_counts&, const attempt_counts&) = default;
};

struct group_report {
    std::string group;
    attempt_counts counts;
};

struct target_report {
    std::string group;
    std::string target;
    std::string name;
    attempt_counts counts;
    std::string host{};  ///< as in `history_row`
};

struct report {
    std::optional<core::wall_time> from;  ///< start of the oldest attempt counted here
    std::optional<core::wall_time> to;    ///< start of the newest
    bool is_cut = false;                  ///< there were more attempts than a report takes in
    attempt_counts total;
    std::vector<group_report> groups;    ///< by name
    std::vector<target_report> targets;  ///< by group, then by host, then by id
    std::map<core::guard, std::size_t> refused_by;
    std::map<core::guard, std::size_t> skipped;  ///< planned moments without a message, by reason
    message_counts messages;
    std::vector<recovery_row> recoveries{};  ///< each target beside its own past, the least usual first
    std::vector<history_row> lasted{};       ///< attempts whose acts lasted: the newest `lasted_max`, oldest first

    bool is_of_fleet = false;  ///< as `history`: nothing is known of `messages`, `lasted` and reach

    static constexpr std::size_t lasted_max = 20;
};

/// A pure function of what was recorded.
[[nodiscard]] report summarise(const history& h);

}  // namespace mayhem::stores
