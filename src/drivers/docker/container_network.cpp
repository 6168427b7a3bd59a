#include "drivers/docker/container_network.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "actions/held_action.hpp"
#include "drivers/proc/process_network.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/proc/service_group.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view network = "network";

ports::held_target refuse(core::guard by, std::string why) { return {.refusal = {by, std::move(why)}}; }

const container::shared* shared_network(const container& c) {
    const auto found = std::ranges::find(c.shares, network, &container::shared::what);
    return found == c.shares.end() ? nullptr : &*found;
}

}  // namespace

container_process look_at_process(const container& c) {
    const process_table table;
    const std::optional<process_info> first = table.read(c.pid);
    if (!first || !first->is_running() || first->control_group.find(c.id) == std::string::npos) {
        return {};
    }
    const std::optional<bool> shares = shares_network(c.pid);
    const std::string_view group = group_of_version_2(first->control_group);
    const bool is_its_own = group.find(c.id) != std::string_view::npos;  // not that of who has started it
    return {.is = table.incarnation_of(*first),
            .has_own_network = shares ? std::optional(!*shares) : std::nullopt,
            .control_group = std::string(is_its_own ? group : std::string_view()),
            .all_groups = first->control_group};
}

ports::act_result not_seen_in(const container& c) {
    return {core::guard::no_effect_possible,
            "its process " + std::to_string(c.pid) +
                " is not seen to be in it; run Mayhem on the engine's host and in its PID namespace"};
}

std::vector<std::string> neighbours_in_network(const container& of, const std::vector<container>& running) {
    std::vector<std::string> names;
    for (const container& c : running) {
        const container::shared* const with = shared_network(c);
        if (with != nullptr && (with->with == of.id || with->with == of.name)) {
            names.push_back(c.name);
        }
    }
    return names;
}

ports::held_target hold_network(const container& c, const container_process& p,
                                const std::vector<std::string>& neighbours, core::network_fault::kind what) {
    if (const container::shared* const with = shared_network(c)) {
        return refuse(core::guard::shares_its_cgroup, "it lives in the network of container " + with->with +
                                                          ", whose packets are not told from its own");
    }
    if (!neighbours.empty()) {
        return refuse(core::guard::shares_its_cgroup,
                      "container " + neighbours.front() + " lives in its network, and would be hit as well");
    }
    if (!p.is) {
        return {.refusal = not_seen_in(c)};
    }
    if (!p.has_own_network) {
        return refuse(core::guard::no_effect_possible,
                      "nobody but root may see in which network its process " + std::to_string(c.pid) + " is");
    }
    const std::string_view action = core::to_string(what);
    if (*p.has_own_network) {
        return {.note = actions::held_action::note_on_network(action, c.id, *p.is, "container " + c.name)};
    }
    if (p.control_group.empty()) {
        return refuse(
            core::guard::shares_its_cgroup,
            "it has the host's network, and no control group of version 2 by which its packets could be told");
    }
    return {.note = actions::held_action::note_of(action, c.id, *p.is, p.control_group, "container " + c.name)};
}

}  // namespace mayhem::drivers
