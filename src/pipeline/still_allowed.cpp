#include "pipeline/still_allowed.hpp"

#include "mayhem/async/loop.hpp"
#include "mayhem/core/guards.hpp"
#include "pipeline/guard_check.hpp"

namespace mayhem::pipeline {

std::optional<core::guard> still_allowed::withdrawn_by() const {
    core::guard_facts facts{.now = async::this_loop().turn_wall_time(),
                            .expires_at = message_.expires_at,
                            .halted = halt_ != nullptr && halt_->is_halted(),
                            .dry_run = false};
    look_at_calendar(group_, facts);
    if (group_.state.breaker()) {
        facts.breaker = group_.state.breaker()->reason;
    }
    std::optional<core::guard> refused_by = core::refuse(facts);
    if (lease_.is_lost()) {
        refused_by = core::guard::expired;
    }
    is_given_ = is_given_ || !refused_by;
    return refused_by;
}

}  // namespace mayhem::pipeline
