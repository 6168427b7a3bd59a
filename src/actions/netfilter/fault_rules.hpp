#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "actions/netfilter/nft_batch.hpp"
#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

/// A control group of version 2, as the kernel knows it: made again under the same name, it is another one.
struct control_group_place {
    std::uint64_t id = 0;
    unsigned level = 0;  ///< below the root of the hierarchy, as far as that is seen

    /// The root may be up to so many levels further up: in a cgroup namespace the root that is seen is not the one from
    /// which Linux before 6.12 counts.
    unsigned deeper_by_max = 0;

    friend bool operator==(const control_group_place&, const control_group_place&) = default;
};

/// The depth of namespaces within namespaces that is reckoned with.
inline constexpr unsigned namespace_levels_max = 8;

/// Where a control group is: its number is that of its folder, below wherever version 2 is mounted (as `mounts`, in the
/// form of /proc/PID/mountinfo, tells). `path`: as /proc/PID/cgroup has it, not the root. `sees_root`: this process is
/// in no cgroup namespace. Nothing: it cannot be found.
[[nodiscard]] std::optional<control_group_place> find_control_group(std::string_view mounts, std::string_view path,
                                                                    bool sees_root);

/// Where packets wait that are to arrive later, and what takes them there.
struct waiting_place {
    std::uint16_t queue = 0;
    nft_batch::queue_by by = nft_batch::queue_by::expression;
};

/// Calls `commit`, which writes rules that send packets to that queue, with the way that this kernel has: with
/// nf_tables' own, and where there is none, with iptables'. Throws what `commit` throws.
void with_either_way(std::uint16_t queue, const std::function<void(const waiting_place&)>& commit);

/// Writes what a fault means for the packets of the sockets of one control group, or, where there is none, for all of
/// this network namespace that it means: it is the target's own, or the fault names the target's ports. Pure.
///
/// Packets are lost where they come in, also the answers to what a target has asked: dropped on their way out, the
/// kernel would tell the sender at once, which no network does. To be told at once is what `manner::reject` is for, and
/// works in both directions. What comes by the loopback is left alone, unless the fault names peers or is about names.
///
/// What is to arrive later waits where it comes in as well, so that each round trip is delayed once, whoever has
/// connected to whom. `wait_in`: of a delay, and only there.
void write_rules(nft_batch& to, const core::network_fault& f, const std::optional<control_group_place>& of,
                 const std::optional<waiting_place>& wait_in = std::nullopt);

/// Of a table that `write_rules` has filled: no packet is done anything to any more. To be committed.
[[nodiscard]] nft_batch end_of_rules(std::string table);

}  // namespace mayhem::actions
