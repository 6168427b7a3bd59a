#pragma once

#include <cstdint>
#include <string>

namespace mayhem::core {

/// A number that is another one while something stands: a limit of a unit's.
struct changed_number {
    std::string name;          ///< "CPUQuotaPerSecUSec"
    std::string of{};          ///< of which device; empty: it has but one
    std::uint64_t before = 0;  ///< what it is to be again
    std::uint64_t ours = 0;    ///< what we make of it: any other was somebody else's doing since

    friend bool operator==(const changed_number&, const changed_number&) = default;
};

}  // namespace mayhem::core
