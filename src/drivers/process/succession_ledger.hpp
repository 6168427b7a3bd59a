#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "drivers/proc/process_incarnation.hpp"

namespace mayhem::drivers {

/// Says which new process replaced which victim, where several processes share one command line.
///
/// A sibling that started after the victim but before the act is no replacement, and two victims never have the same
/// one: if one of two killed workers comes back, one has recovered, not both. So the ledger remembers of each act when
/// it happened and which process it was given. Start times have ticks of 10 ms: a sibling that started by itself within
/// the tick of the act, before it, is taken for the replacement.
///
/// Holds the last `acts_max` acts; of one that is forgotten, whatever started after the victim counts. Pure; one
/// thread.
class succession_ledger {
public:
    static constexpr std::size_t acts_max = 1024;

    /// `victim` was acted on at `ticks` (`process_table::now_ticks`, taken before the act).
    void note_act(process_incarnation victim, std::uint64_t ticks);

    /// The successor of `victim` among the processes of its kind that run now: the one given before if it is still
    /// there, otherwise the oldest that started since the act and is nobody else's successor.
    std::optional<process_incarnation> successor(const process_incarnation& victim,
                                                 std::vector<process_incarnation> running);

private:
    struct act {
        process_incarnation victim;
        std::uint64_t ticks = 0;
        std::optional<process_incarnation> successor;
    };

    [[nodiscard]] bool is_taken(const process_incarnation& candidate, const act* by_other_than) const;

    std::deque<act> acts_;
};

}  // namespace mayhem::drivers
