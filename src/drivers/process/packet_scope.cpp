#include "drivers/process/packet_scope.hpp"

#include <algorithm>
#include <vector>

#include "actions/name_service.hpp"
#include "drivers/proc/process_network.hpp"
#include "drivers/proc/service_group.hpp"

namespace mayhem::drivers {

namespace {

using core::network_fault;

packet_scope refuse(core::guard by, std::string why) { return {.refused_by = by, .why_not = std::move(why)}; }

/// Of those in the group, who is neither the process itself nor comes from it.
std::size_t count_others(const process_table& table, const process_info& of, std::string_view group) {
    const std::vector<process_info> all =
        table.scan([](const process_info& p) { return !p.is_kernel_thread && p.is_running(); });
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const process_info& p) {
        const std::string_view its = group_of_version_2(p.control_group);
        const bool is_in_it = its == group || (its.starts_with(group) && its.substr(group.size()).starts_with('/'));
        if (!is_in_it || p.pid == of.pid) {
            return false;
        }
        const std::vector<pid_t> above = table.ancestors(p.pid);
        return std::ranges::find(above, of.pid) == above.end();
    }));
}

}  // namespace

packet_scope judge_packet_scope(std::string_view control_group, std::size_t others,
                                const std::set<std::uint16_t>& listens_on, const network_fault& f) {
    if (!control_group.empty() && others == 0) {
        return {.control_group = std::string(control_group)};
    }
    const std::string whose = control_group.empty() ? "it has no control group of version 2 of its own"
                                                    : "it shares its control group with " + std::to_string(others) +
                                                          (others == 1 ? " other process" : " other processes");
    if (f.ports.empty() || f.way != network_fault::direction::in) {
        return refuse(core::guard::shares_its_cgroup,
                      whose +
                          ", so that its packets cannot be told from those of others: give the ports that it listens "
                          "on and direction = \"in\", or use driver = \"systemd\" for its service");
    }
    for (const std::uint16_t port : f.ports) {
        if (!listens_on.contains(port)) {
            return refuse(core::guard::shares_its_cgroup,
                          whose + ", and does not listen on port " + std::to_string(port) + " itself");
        }
    }
    return {};
}

packet_scope find_packet_scope(const process_table& table, const process_info& of, const network_fault& f,
                               const std::filesystem::path& root) {
    if (shares_network(of.pid, root) == false) {
        return refuse(core::guard::no_effect_possible, "it has a network namespace of its own");
    }
    if (f.what == network_fault::kind::dns) {
        if (const std::string who = actions::who_asks_for_all(); !who.empty()) {
            return refuse(core::guard::no_effect_possible, who + " asks for names in its place");
        }
    }
    const std::string_view group = group_of_version_2(of.control_group);
    return judge_packet_scope(group, group.empty() ? 0 : count_others(table, of, group), listening_ports(of.pid, root),
                              f);
}

}  // namespace mayhem::drivers
