#include "telemetry/group_counts.hpp"

#include <chrono>

#include "mayhem/core/time.hpp"

namespace mayhem::telemetry {

namespace {

constexpr std::array recovery_bounds_s{0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0};

}  // namespace

group_counts& group_counter::of(std::string_view group) {
    const auto found = groups_.find(group);
    if (found != groups_.end()) {
        return found->second;
    }
    const std::string_view name = groups_.size() < groups_max ? group : "other";
    group_counts& made = groups_[std::string(name)];
    if (made.recovery.buckets.empty()) {
        for (const double bound : recovery_bounds_s) {
            made.recovery.buckets.push_back({bound, 0});
        }
    }
    return made;
}

void group_counter::observe(const ports::step& s) noexcept {
    group_counts& g = of(s.message.group);
    switch (s.kind) {
        using enum ports::step_kind;
        case published: ++g.published; break;
        case restarted:
        case fault_ended: ++g.restarted; break;
        case fault_stuck:
            ++g.restarted;
            ++g.fault_stuck;
            break;
        case restart_failed: ++g.failed; break;
        case recovered:
            ++g.recovered;
            g.slow += s.slower == nullptr ? 0 : 1;
            g.recovery.observe(core::to_seconds(s.length));
            break;
        case not_recovered: ++g.not_recovered; break;
        case unstable: ++g.unstable; break;
        case not_tolerated: ++g.not_tolerated; break;
        case aborted: ++g.aborted; break;
        case no_effect: ++g.no_effect; break;
        case taken_over: ++g.taken_over; break;
        case not_ended: ++g.not_ended; break;
        case refused: ++g.refused[static_cast<std::size_t>(s.refused_by.value_or(core::guard::dry_run))]; break;
        case acked: ++g.acked; break;
        case nacked: ++g.nacked; break;
        case dead_lettered: ++g.dead_lettered; break;
        case pulled:
        case fault_begun:
        case extended:
        case saved:
        case failed:
        case breaker_opened:
        case lease_lost: break;
    }
}

void group_counter::skipped(const core::skip& s) noexcept {
    of(s.group).skipped[static_cast<std::size_t>(s.reason)] += static_cast<std::uint64_t>(s.moments);
}

}  // namespace mayhem::telemetry
