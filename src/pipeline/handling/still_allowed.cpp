#include "pipeline/handling/still_allowed.hpp"

#include "mayhem/async/loop.hpp"
#include "pipeline/handling/guard_check.hpp"

namespace mayhem::pipeline {

namespace {

std::string describe(const halt_reason& r) {
    return "Mayhem was halted by " + r.who + (r.why.empty() ? "" : ": " + r.why);
}

}  // namespace

core::guard_facts still_allowed::look() const {
    core::guard_facts facts{.now = async::this_loop().turn_wall_time(),
                            .expires_at = core::wall_time::max(),
                            .halted = halt_ != nullptr && halt_->is_halted(),
                            .dry_run = false};
    look_at_calendar(group_, facts);
    if (group_.state.breaker()) {
        facts.breaker = group_.state.breaker()->reason;
    }
    return facts;
}

/// The expiry comes last, so that it hides no other reason.
std::optional<core::guard> still_allowed::withdrawn_by() const {
    std::optional<core::guard> refused_by = core::refuse(look());
    if (!refused_by && (lease_.is_lost() || async::this_loop().turn_wall_time() >= message_.expires_at)) {
        refused_by = core::guard::expired;
    }
    is_given_ = is_given_ || !refused_by;
    return refused_by;
}

std::optional<std::string> still_allowed::must_end() const {
    if (is_closing_) {
        return "Mayhem takes no new work: it reloads its config, or is drained";
    }
    const core::guard_facts facts = look();
    const std::optional<core::guard> by = core::refuse(facts);
    if (!by) {
        return std::nullopt;
    }
    if (by == core::guard::halted) {
        return describe(halt_->reasons().front());
    }
    const char* const what = by == core::guard::breaker_open ? "the breaker is " : "";
    return "group '" + group_.settings.name + "': " + what + core::explain(*by, facts);
}

}  // namespace mayhem::pipeline
