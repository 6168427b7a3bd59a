#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mayhem::fleet {

/// The place of a target in the order of a round, the same on every host: each round is another order of all targets of
/// all hosts, and whoever is new in it waits for its turn. Text that sorts as it should, byte by byte.
[[nodiscard]] std::string draw_key(std::string_view seed, std::string_view group, std::uint64_t round,
                                   std::string_view host, std::string_view target);

}  // namespace mayhem::fleet
