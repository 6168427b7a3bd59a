#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/latch.hpp"

namespace mayhem::sim {

/// What the database of a fleet had on record, and when. A value.
class fleet_ledger {
public:
    void learn(const event& e);

    /// What a host was let do with a message.
    struct entry {
        std::string host;
        when at;
    };
    [[nodiscard]] std::vector<entry> grants_of(const std::string& message) const { return find(grants_, message); }
    [[nodiscard]] std::vector<entry> claims_of(const std::string& message) const { return find(claims_, message); }

    /// Whether the group is halted at `at`, by what was on record more than `since` before it, whatever is uncertain:
    /// then the sequence number of that.
    [[nodiscard]] std::optional<std::uint64_t> certainly_halted(const std::string& group, const when& at,
                                                                core::duration since) const;

    /// When it last forgot something.
    [[nodiscard]] const std::optional<when>& lost_at() const noexcept { return lost_at_; }

    /// Whether a moment of the group that is no earlier was decided.
    [[nodiscard]] bool has_decided(const std::string& group, core::wall_time moment) const;

private:
    using entries = std::map<std::string, std::vector<entry>>;
    [[nodiscard]] static std::vector<entry> find(const entries& in, const std::string& message);

    entries grants_;  ///< by message
    entries claims_;
    std::map<std::string, latch> halts_;  ///< by group; "": of all
    std::map<std::string, core::wall_time> last_;
    std::optional<when> lost_at_;
};

}  // namespace mayhem::sim
