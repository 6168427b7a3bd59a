#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "drivers/proc/process_info.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/core/rules/network_fault.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::drivers {

/// By what the packets of a process are told from those of others: by its control group of version 2, if nobody else is
/// in that, or else by the ports on which it listens.
struct packet_scope {
    std::string control_group{};              ///< empty: by its ports
    std::optional<core::guard> refused_by{};  ///< set: they cannot be told apart, or nothing would reach it
    std::string why_not{};                    ///< then, for a person

    friend bool operator==(const packet_scope&, const packet_scope&) = default;
};

/// The decision. `others`: in its control group are processes that it has not started. `listens_on`: its ports. Pure.
[[nodiscard]] packet_scope judge_packet_scope(std::string_view control_group, std::size_t others,
                                              const std::set<std::uint16_t>& listens_on, const core::network_fault& f);

/// Looks around, in /proc below `root`, and decides. Blocks for as long as that takes.
[[nodiscard]] packet_scope find_packet_scope(const process_table& table, const process_info& of,
                                             const core::network_fault& f, const std::filesystem::path& root);

}  // namespace mayhem::drivers
