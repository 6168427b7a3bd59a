#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "mayhem/core/hash_bag.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/target.hpp"

namespace mayhem::core {

/// Draws a group's victims: uniformly, without replacement. A round goes on until every target that is eligible has had
/// its turn, then the next begins; so nobody is hit twice while somebody else is spared.
///
/// A turn belongs to a target's id, not to its incarnation. Targets that share an id (workers of one command line) have
/// a turn each; of these the youngest have had theirs, because a restart makes young. Remembers four
/// turns for each target of the longest list so far, within `turns_min` and `turns_max`, and forgets the oldest: a herd
/// whose members never come back needs no long memory. A value; costs the number of targets.
class victim_draw {
public:
    static constexpr std::size_t turns_min = 256;
    static constexpr std::size_t turns_max = 16'384;

    /// Goes on where a former life stopped: `turns` are the ids drawn in round number `round`, oldest first.
    explicit victim_draw(std::uint64_t round = 1, std::span<const std::string> turns = {});

    /// The place of the chosen one in `eligible`, which must not be empty. Draws one number from `rng`, even if there
    /// is only one to choose from.
    std::size_t draw(std::span<const target> eligible, random_source& rng);

    /// The round of the last draw, counted from 1.
    [[nodiscard]] std::uint64_t round() const noexcept { return round_; }

private:
    void remember_enough_for(std::size_t targets) noexcept;
    [[nodiscard]] std::vector<std::size_t> find_waiting(std::span<const target> eligible) const;
    void take_only(const target& t, random_source& rng);
    void begin_round();
    void take_turn(std::uint64_t key);

    std::uint64_t round_;
    std::size_t remembered_max_ = turns_min;
    std::deque<std::uint64_t> order_;  ///< hashes of ids, as they had their turns
    hash_bag turns_;                   ///< how many each has had
};

}  // namespace mayhem::core
