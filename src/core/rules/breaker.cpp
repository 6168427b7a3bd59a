#include "mayhem/core/rules/breaker.hpp"

namespace mayhem::core {

std::optional<std::string> breaker_watch::judge_slow(std::string_view target, const guard_limits& limits,
                                                     const slow_recovery& slower) {
    if (limits.slower_than > 0 && slower.factor >= limits.slower_than) {
        return std::string(target) + " came back " + describe(slower);
    }
    return std::nullopt;
}

std::optional<std::string> breaker_watch::judge_failure(verdict v, std::string_view target,
                                                        const guard_limits& limits) {
    ++failures_;
    if (v == verdict::not_recovered && limits.breaks_when_lost) {
        return std::string(target) + " did not recover";
    }
    if (v == verdict::unstable && limits.breaks_when_lost) {
        return std::string(target) + " came back and did not stay";
    }
    if (v == verdict::not_tolerated && limits.breaks_when_lost) {
        return std::string(target) + " did not tolerate what was done to it";
    }
    if (v == verdict::aborted && limits.breaks_when_lost) {
        return "stop_if broke off what was done to " + std::string(target);
    }
    if (v == verdict::fault_stuck && limits.breaks_when_lost) {
        return "what was done to " + std::string(target) + " could not be undone in its time";
    }
    if (limits.max_failures > 0 && failures_ >= limits.max_failures) {
        return std::to_string(failures_) + " restarts in a row failed, the last one of " + std::string(target);
    }
    return std::nullopt;
}

std::string how_to_close(std::string_view group) { return "\"mayhem resume " + std::string(group) + "\" closes it"; }

}  // namespace mayhem::core
