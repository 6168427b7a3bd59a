#include "pipeline/making/plan_follower.hpp"

#include <algorithm>

namespace mayhem::pipeline {

namespace {

/// How often to look again where no moment is in sight.
constexpr std::chrono::hours look_ahead_again{24};

}  // namespace

plan_follower::finding plan_follower::look(core::wall_time now, bool may_be_due) {
    finding found;
    if (now < done_until_) {
        done_until_ = now;
        next_ = plan_.next(now);
        looked_ahead_at_ = now;
        return found;
    }
    if (!next_ && now - look_ahead_again >= looked_ahead_at_) {
        next_ = plan_.next(done_until_);
        looked_ahead_at_ = now;
    }
    if (!next_ || *next_ > now) {
        done_until_ = now;
        return found;
    }
    found.due = may_be_due ? newest_due(now) : std::nullopt;
    for (std::optional<core::wall_time> m = next_; m && *m <= now && m != found.due; m = plan_.next(*m)) {
        if (found.missed.size() < listed_max) {
            found.missed.push_back(*m);
        } else {
            found.newest_more = *m;
            if (++found.missed_more == counted_max) {
                break;
            }
        }
    }
    done_until_ = now;
    next_ = plan_.next(now);
    looked_ahead_at_ = now;
    return found;
}

std::optional<core::wall_time> plan_follower::newest_due(core::wall_time now) {
    const auto tolerance = std::chrono::floor<core::duration>(plan_.schedule().tolerance);
    const core::wall_time earliest = std::max(now - tolerance - core::duration{1}, done_until_);
    std::optional<core::wall_time> newest;
    for (core::duration reach = std::chrono::milliseconds{1}; !newest; reach *= 8) {
        const core::wall_time from = std::max(now - reach, earliest);
        for (std::optional<core::wall_time> m = plan_.next(from); m && *m <= now; m = plan_.next(*m)) {
            newest = m;
        }
        if (from == earliest) {
            break;
        }
    }
    return newest;
}

}  // namespace mayhem::pipeline
