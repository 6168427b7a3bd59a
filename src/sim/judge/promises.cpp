#include "sim/judge/promises.hpp"

namespace mayhem::sim {

std::vector<a_promise> make_promises(const known_world& w, findings& f) {
    std::vector<a_promise> all;
    for (const auto make : {acts_once,
                            right_target,
                            holds_when_halted,
                            keeps_hours,
                            keeps_caps,
                            few_at_once,
                            enough_healthy,
                            lets_rest,
                            lets_settle,
                            spares_protected,
                            spares_strangers,
                            respects_breaker,
                            follows_plan,
                            dry_run_is_dry,
                            faults_are_owned,
                            answers_are_true,
                            acts_by_claim,
                            one_host_a_moment,
                            holds_when_fleet_halted,
                            fleet_limits_hold,
                            messages_are_settled,
                            moments_are_on_record,
                            faults_are_undone,
                            record_is_true,
                            falls_are_told,
                            slowness_is_told,
                            spans_are_told,
                            stops_when_red,
                            ends_in_time,
                            never_deadlocks,
                            goes_on,
                            fleet_decides,
                            is_ready,
                            halts_at_once,
                            leases_hold}) {
        all.push_back(make(w, f));
    }
    return all;
}

}  // namespace mayhem::sim
