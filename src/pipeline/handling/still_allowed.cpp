#include "pipeline/handling/still_allowed.hpp"

#include "mayhem/async/loop.hpp"

namespace mayhem::pipeline {

namespace {

std::string describe(const halt_reason& r) {
    return "Mayhem was halted by " + r.who + (r.why.empty() ? "" : ": " + r.why);
}

}  // namespace

/// The expiry comes last, so that it hides no other reason.
std::optional<core::guard> still_allowed::withdrawn_by() const {
    std::optional<core::guard> refused_by = look_.refusal_before_act(group_, by_);
    if (!refused_by && (lease_.is_lost() || async::this_loop().turn_wall_time() >= message_.expires_at)) {
        refused_by = core::guard::expired;
    }
    if (refused_by || given_.at) {
        return refused_by;
    }
    given_.lacks_a_place = taken_.taken_in && guard_look::is_of_another_hour(group_, *taken_.taken_in);
    if (given_.lacks_a_place) {
        return core::guard::hourly_limit;
    }
    if (group_.settings.is_shared) {
        refused_by = limits_.withdrawn(message_);
        if (refused_by) {
            return refused_by;
        }
    }
    given_.at = async::this_loop().turn_time();
    return std::nullopt;
}

std::optional<std::string> still_allowed::must_end() const {
    if (is_closing_) {
        return "Mayhem takes no new work: it reloads its config, or is drained";
    }
    const core::guard_facts facts = look_.before_act(group_);
    const std::optional<core::guard> by = core::refuse(facts);
    if (!by) {
        return std::nullopt;
    }
    if (by == core::guard::halted) {
        return describe(look_.halt().reasons().front());
    }
    const char* const what = by == core::guard::breaker_open ? "the breaker is " : "";
    return "group '" + group_.settings.name + "': " + what + core::explain(*by, facts);
}

}  // namespace mayhem::pipeline
