#include "mayhem/core/guards.hpp"

namespace mayhem::core {

std::optional<guard> refuse(const guard_facts& facts) noexcept {
    if (facts.halted) {
        return guard::halted;
    }
    if (facts.now >= facts.expires_at) {
        return guard::expired;
    }
    if (facts.dry_run) {
        return guard::dry_run;
    }
    return std::nullopt;
}

}  // namespace mayhem::core
