#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fleet/take_part.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/time.hpp"
#include "mayhem/ports/victims.hpp"

namespace mayhem::fleet {

/// The members of this host as the fleet asks for them: how many stand, and whom it offers at a position of the draw.
class host_census final : public census_taker {
public:
    /// By which the order of a round is made.
    struct order {
        std::string seed;
        std::string group;
        std::string host;
    };

    /// `of` and `said` outlive it. `lasts`: what would be done stands for so long. `said` gets what each look has
    /// found, before anybody is told.
    host_census(ports::member_source& of, order o, core::duration lasts, own_census& said);

    async::awaitable<std::optional<own_census>> look(draw_position at) override;

private:
    [[nodiscard]] std::string key(const core::target& t, std::uint64_t round) const;

    /// Which of them has the smallest key after that one.
    [[nodiscard]] std::optional<std::size_t> smallest(const std::vector<core::target>& among, std::uint64_t round,
                                                      const std::string& after) const;
    [[nodiscard]] offer make_offer(const core::target& t, std::uint64_t round, std::vector<std::string> falls) const;

    ports::member_source& of_;
    const order order_;
    const core::duration lasts_;
    own_census& said_;
};

}  // namespace mayhem::fleet
