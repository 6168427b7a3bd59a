#include "record/report.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::stores {
namespace {

struct tally {
    attempt_counts counts;
    std::vector<core::duration> recoveries;
    std::string name;
};

std::size_t& counter_of(attempt_counts& c, const std::optional<core::verdict>& v) {
    if (!v) {
        return c.open;
    }
    switch (*v) {
        case core::verdict::recovered: return c.recovered;
        case core::verdict::not_recovered: return c.not_recovered;
        case core::verdict::unstable: return c.unstable;
        case core::verdict::not_tolerated: return c.not_tolerated;
        case core::verdict::aborted: return c.aborted;
        case core::verdict::no_effect: return c.no_effect;
        case core::verdict::fault_stuck: return c.fault_stuck;
        case core::verdict::taken_over: return c.taken_over;
        case core::verdict::not_ended: return c.not_ended;
        case core::verdict::unwatched: return c.unwatched;
        case core::verdict::refused: return c.refused;
        case core::verdict::restart_failed: return c.failed;
        case core::verdict::save_failed: return c.unrecorded;
        case core::verdict::cancelled:
        case core::verdict::lease_lost:
        case core::verdict::stopped: break;
    }
    return c.interrupted;
}

void add(tally& t, const history_row& row) {
    ++t.counts.attempts;
    ++counter_of(t.counts, row.verdict);
    if (row.verdict && core::counts_as_restart(*row.verdict)) {
        ++t.counts.restarts;
    }
    if (row.verdict == core::verdict::recovered && row.recovery) {
        t.recoveries.push_back(*row.recovery);
    }
    if (row.refused_by) {
        ++t.counts.refused_by[*row.refused_by];
    }
    for (const core::fate& f : row.reach) {
        t.counts.others_fell += f.has_fallen.value_or(false) ? 1 : 0;
        t.counts.others_unforetold += f.is_foretold ? 0 : 1;
        t.counts.others_stayed_down += f.has_fallen.value_or(false) && !f.back ? 1 : 0;
    }
    t.name = row.name;
}

attempt_counts finish(tally& t) {
    if (!t.recoveries.empty()) {
        std::sort(t.recoveries.begin(), t.recoveries.end());
        t.counts.recovery = {.median = core::nearest_rank(t.recoveries, 50),
                             .p95 = core::nearest_rank(t.recoveries, 95),
                             .worst = t.recoveries.back()};
    }
    return t.counts;
}

}  // namespace

report summarise(const history& h) {
    tally total;
    std::map<std::string, tally> groups;
    std::map<std::tuple<std::string, std::string, std::string>, tally> targets;
    report r;
    r.is_of_fleet = h.is_of_fleet;
    r.is_cut = h.is_cut;
    r.messages = h.messages;
    for (const history_row& row : h.attempts) {
        add(total, row);
        add(groups[row.group], row);
        add(targets[{row.group, row.host, row.target}], row);
        if (row.refused_by) {
            ++r.refused_by[*row.refused_by];
        }
        r.from = std::min(r.from.value_or(row.started_at), row.started_at);
        r.to = std::max(r.to.value_or(row.started_at), row.started_at);
    }

    for (const skip_row& s : h.skips) {
        r.skipped[s.reason.value_or(core::guard::missed)] += static_cast<std::size_t>(s.moments);
    }

    r.total = finish(total);
    for (auto& [name, t] : groups) {
        r.groups.push_back({.group = name, .counts = finish(t)});
    }
    for (auto& [key, t] : targets) {
        const auto& [group, host, target] = key;
        r.targets.push_back({.group = group, .target = target, .name = t.name, .counts = finish(t), .host = host});
    }
    r.recoveries = compare_recoveries(h);
    for (auto row = h.attempts.rbegin(); row != h.attempts.rend() && r.lasted.size() < report::lasted_max; ++row) {
        if (row->span != nullptr) {
            r.lasted.push_back(*row);
        }
    }
    std::ranges::reverse(r.lasted);
    return r;
}

}  // namespace mayhem::stores
