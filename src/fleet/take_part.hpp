#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fleet/group_part.hpp"
#include "fleet/ledger.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::fleet {

/// What a host sees of its own members of a group.
struct own_census {
    std::uint32_t members = 0;
    std::uint32_t standing = 0;       ///< without those that an act of `taken` has down, or is about to take down
    std::vector<core::uuid> taken{};  ///< at most 64
    std::optional<offer> own{};
    std::optional<offer> next{};
};

/// Looks at a host's members.
class census_taker {
public:
    virtual ~census_taker() = default;

    /// Who stands, and whom this host offers at that position of the draw. Nothing: it cannot be told now, so that
    /// nobody of this host stands.
    virtual async::awaitable<std::optional<own_census>> look(draw_position at) = 0;
};

/// A moment of the plan, which every host of the group knows.
struct planned_moment {
    core::wall_time at{};
    core::uuid message{};  ///< drawn from the plan, so that all hosts have the same
    core::wall_time expires_at{};
    std::vector<moment_case::missed> missed_before{};
};

struct part_terms {
    std::string host;
    std::chrono::nanoseconds census_wait = std::chrono::seconds{2};
    std::chrono::nanoseconds give_up_after = std::chrono::seconds{8};  ///< after the moment; within its tolerance
};

/// What came of a moment, as this host has it.
struct part_end {
    enum class kind {
        mine,        ///< `act` is to be done here
        others,      ///< it is decided, and nothing is to be done here
        skipped,     ///< it is decided that nothing is done: `reason`, a guard's name
        undecided,   ///< as far as is known: `reason`, for a person
        refused,     ///< the database says that this host may not take part: `refusal`
        out_of_step  ///< this host follows another plan, or its clock is off: `reason`
    };
    kind what = kind::undecided;
    std::optional<granted_act> act{};
    std::string reason{};
    std::optional<refused> refusal{};
};

/// A host's part in deciding one moment: a little after it, all hosts say unasked who stands and whom they would hit;
/// then one after the other sees whether it is decided, and decides it if it is not. No host has a special part, and
/// hosts that are silent do not stand. Begins at the moment, and ends when it is decided, or `give_up_after`.
[[nodiscard]] async::awaitable<part_end> take_part(ledger& of, group_part& part, planned_moment moment,
                                                   part_terms terms, census_taker& taker);

/// What a moment costs in time at most before it is decided, where all hosts answer at once: the answers are spread
/// over the one, the decisions over the other.
[[nodiscard]] std::chrono::nanoseconds spread_of(std::size_t hosts) noexcept;

}  // namespace mayhem::fleet
