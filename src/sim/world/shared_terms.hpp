#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fleet/ledger.hpp"
#include "mayhem/core/random.hpp"
#include "sim/chance/pace.hpp"
#include "sim/world/config_maker.hpp"

namespace mayhem::sim {

/// The group that the hosts of a simulated fleet share, as it was drawn: which limits it has, and how many members on
/// each host. A value.
class shared_terms {
public:
    static constexpr const char* group = "shop";

    shared_terms(core::random_source random, pace speed, std::size_t hosts);

    [[nodiscard]] static std::string host_name(std::size_t number) { return "h" + std::to_string(number + 1); }

    /// Of that host, counted from 0.
    [[nodiscard]] shared_part part_of(std::size_t number) const;

    /// What an operator has the fleet adopt: the fingerprint of the plan, and the limits as JSON.
    struct adopted {
        std::string plan;
        std::string terms;
    };
    [[nodiscard]] adopted to_adopt() const;

private:
    [[nodiscard]] std::string draw_group(core::random_source& random, pace speed) const;

    std::uint64_t seed_ = 0;
    std::vector<std::size_t> members_;  ///< of each host
    std::string text_;                  ///< of the group
};

}  // namespace mayhem::sim
