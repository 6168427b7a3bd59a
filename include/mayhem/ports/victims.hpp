#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// What this host has of a group that is spread over several hosts, seen just now.
struct own_members {
    std::size_t members = 0;               ///< whoever of them stands
    std::size_t standing = 0;              ///< without those that an act has down, or is about to take down
    std::vector<core::uuid> under_way{};   ///< the messages of these acts
    std::vector<core::target> eligible{};  ///< of those who stand, whoever may be hit
};

/// Looks at this host's members of one group.
class member_source {
public:
    virtual ~member_source() = default;

    /// Nothing: it cannot be told now, so that nobody of this host stands.
    virtual async::awaitable<std::optional<own_members>> look() = 0;

    /// Which other members of the last look go down with each of these, in their order, as far as is known.
    virtual async::awaitable<std::vector<std::vector<std::string>>> falls_with(std::vector<core::target> targets) = 0;
};

/// A planned moment of such a group; every host has the same.
struct shared_moment {
    std::string group;
    core::wall_time at{};
    core::uuid message{};
    core::wall_time expires_at{};
    core::duration lasts{};  ///< how long what would be done stands

    struct missed {
        core::wall_time at{};
        core::uuid message{};
    };
    std::vector<missed> missed_before{};  ///< planned before it, and not looked at by this host
};

/// What came of a shared moment.
struct moment_verdict {
    enum class kind {
        mine,       ///< `target` of this host is to be acted on, in that `incarnation`
        others,     ///< it is another host's
        skipped,    ///< nobody acts: `reason`
        undecided,  ///< as far as this host knows: `reason`, most often `no_fleet`
    };
    kind what = kind::undecided;
    std::string target{};
    std::string incarnation{};
    core::guard reason = core::guard::no_fleet;
    std::string detail{};  ///< for a person
};

/// Decides, with the other hosts of a fleet, whom a moment hits: one target on one host, or nobody. The loop's thread
/// only.
class victims {
public:
    virtual ~victims() = default;

    /// Takes a few seconds. The moment is decided once over all hosts, whatever becomes of this one. `of` outlives the
    /// call.
    virtual async::awaitable<moment_verdict> decide(shared_moment m, member_source& of) = 0;
};

}  // namespace mayhem::ports
