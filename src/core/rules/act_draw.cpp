#include "mayhem/core/rules/act_draw.hpp"

#include <cstdint>
#include <numeric>

namespace mayhem::core {

std::size_t draw_act(std::span<const unsigned> weights, const random_source& moment) {
    if (weights.size() <= 1) {
        return 0;
    }
    const std::uint64_t all = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    std::uint64_t drawn = moment.stream("act").below(all);
    std::size_t i = 0;
    while (drawn >= weights[i]) {
        drawn -= weights[i++];
    }
    return i;
}

}  // namespace mayhem::core
