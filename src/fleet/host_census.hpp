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

    /// `of` outlives it. `lasts`: what would be done stands for so long.
    host_census(ports::member_source& of, order o, core::duration lasts);

    async::awaitable<std::optional<own_census>> look(draw_position at) override;

    /// What the last look has found; nothing: there was none, or it could not be told.
    [[nodiscard]] const std::optional<own_census>& said() const noexcept { return said_; }

private:
    [[nodiscard]] std::string key(const core::target& t, std::uint64_t round) const;

    /// Which of them has the smallest key after that one.
    [[nodiscard]] std::optional<std::size_t> smallest(const std::vector<core::target>& among, std::uint64_t round,
                                                      const std::string& after) const;
    [[nodiscard]] offer make_offer(const core::target& t, std::uint64_t round, std::vector<std::string> falls) const;

    ports::member_source& of_;
    const order order_;
    const core::duration lasts_;
    std::optional<own_census> said_;
};

}  // namespace mayhem::fleet
