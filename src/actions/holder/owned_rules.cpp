#include "actions/holder/owned_rules.hpp"

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

std::string comment_of(const hold_order& o, const std::optional<control_group_place>& of,
                       const std::optional<waiting_place>& wait_in) {
    return "mayhem " + std::string(core::to_string(o.network->what)) +
           (wait_in ? " by queue " + std::to_string(wait_in->queue) : "") + ' ' +
           (of ? o.control_group : "pid " + std::to_string(o.first.pid));
}

}  // namespace

void owned_rules::commit(const std::optional<control_group_place>& of, const std::optional<waiting_place>& wait_in) {
    nft_batch rules(order_.table, comment_of(order_, of, wait_in));
    write_rules(rules, *order_.network, of, wait_in);
    link_.commit(rules);
    written_ = rules.rules();
}

std::optional<refusal> owned_rules::make(std::optional<std::uint16_t> queue) {
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
    if (!queue) {
        commit(of, std::nullopt);
    } else {
        with_either_way(*queue, [&](const waiting_place& w) { commit(of, w); });
    }
    if (const std::size_t seen = count().rules; seen != written_) {
        return refusal{.why =
                           "the kernel has " + std::to_string(seen) + " of its " + std::to_string(written_) + " rules"};
    }
    if (!is_that_life(table_, order_.first)) {
        return refusal{.why = "pid " + std::to_string(order_.first.pid) + " is another process by now",
                       .by = core::guard::already_restarted};
    }
    return std::nullopt;
}

}  // namespace mayhem::actions
