#include "drivers/process/process_reach.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "drivers/process/protected_processes.hpp"

namespace mayhem::drivers {

namespace {

bool takes_control_group(const systemd_unit& u) { return u.kill_mode != "process" && u.kill_mode != "none"; }

void add_parts(core::reach& r, const std::vector<process_info>& parts, const std::string& because,
               const view_of_reach& view) {
    for (const process_info& p : parts) {
        const core::target t = view.to_target(p);
        if (std::ranges::count(r.falls, t.incarnation, &core::neighbour::incarnation) > 0) {
            continue;
        }
        core::neighbour n{.id = t.id, .incarnation = t.incarnation, .because = because};
        n.protected_as = why_protected(p, view.own.self.pid, view.own.ancestors, view.given.names_program).value_or("");
        n.is_meant = view.is_meant(p);
        n.is_part = true;
        r.falls.push_back(std::move(n));
    }
}

}  // namespace

core::reach reach_of_process(const surroundings_of_process& s, const unit_graph& units, const view_of_reach& view) {
    core::reach r;
    if (s.origin.empty()) {
        return r;
    }
    const process_origin& o = s.origin.front();
    const std::string& unit = o.service.unit;
    if (is_main_process(o)) {
        r = units.reach_of(unit, view.own_unit, view.is_unit_meant);
        if (const auto why = why_unit_protected(o.unit->names, view.own_unit, view.given.names_program)) {
            r.falls.push_back({.id = unit,
                               .incarnation = o.unit->invocation,
                               .because = "it is its main process",
                               .protected_as = std::string(*why)});
        }
        if (takes_control_group(*o.unit)) {
            add_parts(r, s.in_service, "in " + unit, view);
        }
    } else if (!o.unit_trouble.empty() && !o.service.is_of_user) {
        r.falls.push_back({.id = unit,
                           .incarnation = {},
                           .because = "it may be its main process, and systemd cannot be asked: " + o.unit_trouble,
                           .is_meant = view.is_unit_meant(unit)});
    }
    add_parts(r, s.forked, "forked by " + o.process.name, view);
    if (r.falls.size() > core::reach_max) {
        r.falls.clear();
        r.unknown = "it reaches more than " + std::to_string(core::reach_max) + " processes";
    }
    return r;
}

std::vector<process_info> descendants(pid_t pid, const std::vector<std::pair<pid_t, pid_t>>& all,
                                      const std::function<std::optional<process_info>(pid_t)>& read_if_it_counts) {
    std::multimap<pid_t, pid_t> children;
    for (const auto& [child, parent] : all) {
        children.emplace(parent, child);
    }
    std::vector<process_info> found;
    std::set<pid_t> seen{pid};  // numbers may have been used again while they were read: no circle is followed
    std::vector<pid_t> next{pid};
    while (!next.empty()) {
        const auto [begin, end] = children.equal_range(next.back());
        next.pop_back();
        for (auto child = begin; child != end; ++child) {
            if (!seen.insert(child->second).second) {
                continue;
            }
            if (std::optional<process_info> p = read_if_it_counts(child->second)) {
                next.push_back(p->pid);
                found.push_back(*std::move(p));
            }
        }
    }
    return found;
}

}  // namespace mayhem::drivers
