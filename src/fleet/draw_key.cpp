#include "fleet/draw_key.hpp"

#include <array>

#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

std::string draw_key(std::string_view seed, std::string_view group, std::uint64_t round, std::string_view host,
                     std::string_view target) {
    const core::random_source of_round =
        core::random_source(0).stream(seed).stream(group).stream(std::to_string(round));
    std::uint64_t bits = of_round.stream(host).stream(target).next();
    std::array<char, 16> digits{};
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        *digit = "0123456789abcdef"[bits % 16];
        bits /= 16;
    }
    return {digits.data(), digits.size()};
}

}  // namespace mayhem::fleet
