#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "support.hpp"

namespace mayhem::sim::test {

/// How SQLite is used, and what is done to it: some lives on one disk, each of which recovers, commits, and dies in a
/// call that is drawn, also in the recovery.
struct torture {
    std::string journal_mode = "WAL";
    std::string synchronous = "FULL";
    std::string locking_mode = "NORMAL";
    bool is_power_cut = true;  ///< at the end of a life; otherwise a kill

    /// Makes the decision of a life from a stream of its own; none if there are no faults.
    std::function<fault_decision(core::random_source)> faults = {};

    unsigned worlds = 150;
    unsigned lives = 4;  ///< in each world
};

/// What came of it. After each life the database must be as the last acknowledged commit left it, or as the one that
/// was under way would have: that in which the process died, or one that failed since.
struct tally {
    std::uint64_t lives = 0;
    std::uint64_t commits = 0;
    std::uint64_t failures = 0;    ///< commits that failed, though the process lived
    std::uint64_t one_more = 0;    ///< lives after which the commit in which the process died was there
    std::uint64_t zombies = 0;     ///< lives after which one was there that had failed
    std::uint64_t lost = 0;        ///< worlds in which an acknowledged commit was missing
    std::uint64_t damaged = 0;     ///< worlds whose database was in no state that it ever had, or not whole
    std::uint64_t unreadable = 0;  ///< worlds whose database could not be opened
    std::uint64_t calls = 0;
    std::vector<std::string> examples;  ///< of what should not be
};

std::ostream& operator<<(std::ostream& out, const tally& t);

/// A world ends with the first thing that should not be. `name` is part of what is drawn.
[[nodiscard]] tally carry_out(const torture& t, const std::string& name);

}  // namespace mayhem::sim::test
