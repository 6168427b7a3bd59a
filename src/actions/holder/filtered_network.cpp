#include "actions/holder/filtered_network.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>

#include "actions/holder/held_processes.hpp"

namespace mayhem::actions {

namespace {

std::string read_mounts() {
    std::ifstream file("/proc/self/mountinfo");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The number of the namespace that every host begins with (PROC_CGROUP_INIT_INO of the kernel).
bool sees_root_of_control_groups() {
    constexpr ino_t of_the_first = 0xEFFFFFFB;
    struct stat own{};
    return ::stat("/proc/self/ns/cgroup", &own) != 0 || own.st_ino == of_the_first;
}

}  // namespace

std::optional<refusal> filtered_network::begin() {
    std::optional<control_group_place> of;
    if (!order_.control_group.empty()) {
        const drivers::process_info first = table_.read(order_.first.pid).value_or(drivers::process_info{});
        const auto path = find_group_of_version_2(first.control_group, order_.control_group);
        of = path ? find_control_group(read_mounts(), *path, sees_root_of_control_groups()) : std::nullopt;
        if (!of) {
            return refusal{
                .why = "its control group " + order_.control_group +
                       " is none of version 2, by which its packets could be told from those of others: give "
                       "the ports that it listens on, with driver = \"process\"",
                .by = core::guard::shares_its_cgroup};
        }
    }
    nft_batch rules(order_.table, "mayhem " + std::string(core::to_string(order_.network->what)) + ' ' +
                                      (of ? order_.control_group : "pid " + std::to_string(order_.first.pid)));
    write_rules(rules, *order_.network, of);
    link_.emplace();
    link_->commit(rules);
    if (const std::size_t seen = link_->count(order_.table).rules; seen != rules.rules()) {
        return refusal{.why = "the kernel has " + std::to_string(seen) + " of its " + std::to_string(rules.rules()) +
                              " rules"};
    }
    if (!is_that_life(table_, order_.first)) {
        return refusal{.why = "pid " + std::to_string(order_.first.pid) + " is another process by now",
                       .by = core::guard::already_restarted};
    }
    return std::nullopt;
}

std::string filtered_network::effect() {
    const nft_link::counts seen = link_->count(order_.table);
    if (seen.packets == 0) {
        return "no packet";
    }
    return std::to_string(seen.packets) + (seen.packets == 1 ? " packet, " : " packets, ") +
           std::to_string(seen.bytes) + " bytes";
}

}  // namespace mayhem::actions
