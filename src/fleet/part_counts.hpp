#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/ports/victims.hpp"

namespace mayhem::fleet {

/// What came of the moments of one shared group on this host, since its daemon started. Plain data.
struct part_counts {
    std::uint64_t ours = 0;       ///< a target of this host was to be acted on
    std::uint64_t others = 0;     ///< one of another host
    std::uint64_t skipped = 0;    ///< the fleet let nobody act
    std::uint64_t undecided = 0;  ///< as far as this host knows
    std::uint64_t permits = 0;    ///< leave to act was given

    /// Why nobody was let act at a moment, and why leave was not given.
    std::map<core::guard, std::uint64_t> refused{};

    /// When the fleet was told last who of this host stands, by the loop's clock.
    std::optional<std::chrono::nanoseconds> told_at{};

    void count(const ports::moment_verdict& v) {
        using kind = ports::moment_verdict::kind;
        switch (v.what) {
            case kind::mine: ++ours; break;
            case kind::others: ++others; break;
            case kind::skipped: ++skipped; break;
            case kind::undecided: ++undecided; break;
        }
        if (v.what == kind::skipped || v.what == kind::undecided) {
            ++refused[v.reason];
        }
    }

    /// The answer to a claim.
    void count(const std::optional<core::guard>& no) { no ? ++refused[*no] : ++permits; }
};

}  // namespace mayhem::fleet
