#pragma once

#include <optional>
#include <utility>

#include "actions/holder/standing_fault.hpp"
#include "actions/netfilter/fault_rules.hpp"
#include "actions/netfilter/nft_link.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

/// Packets of a target do not arrive (`write_rules`), by a table of nf_tables that this process owns, and that ends
/// with it. Hits the sockets that the processes of one control group have made, or what comes to ports that the order
/// names; nobody else's packets match, so that nobody can be locked out of a host.
///
/// A control group that is made again under the same name is another one: the next life of a service is not hit.
class filtered_network final : public standing_fault {
public:
    explicit filtered_network(hold_order o) : order_(std::move(o)) {}

    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] std::string effect() override;

private:
    const hold_order order_;
    const drivers::process_table table_;
    std::optional<nft_link> link_;
};

}  // namespace mayhem::actions
