#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "actions/holder/hold_order.hpp"
#include "actions/holder/refusal.hpp"
#include "actions/netfilter/fault_rules.hpp"
#include "actions/netfilter/nft_link.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

/// What an order means for packets (`write_rules`), as a table of nf_tables that this process owns, and that ends with
/// it. Hits the sockets that the processes of one control group have made, or what comes to ports that the order names;
/// nobody else's packets match, so that nobody can be locked out of a host.
///
/// A control group that is made again under the same name is another one: the next life of a service is not hit.
class owned_rules {
public:
    /// The first socket to the kernel's packet filter that this process opens must be this one: it has the number by
    /// which a next life finds the process. `o` outlives it. Throws `std::system_error`.
    explicit owned_rules(const hold_order& o) : order_(o) {}

    /// Returns once the table stands, and was seen to, on the life of the order's first process. Throws
    /// `std::system_error`, which is a refusal, too. `queue`: of a delay, where packets wait.
    [[nodiscard]] std::optional<refusal> make(std::optional<std::uint16_t> queue = std::nullopt);

    /// Throws `std::system_error`.
    [[nodiscard]] nft_link::counts count() { return link_.count(order_.table); }

    /// Nothing is done to packets any more; what was counted is gone. Throws `std::system_error`.
    void end() { link_.commit(end_of_rules(order_.table)); }

private:
    void commit(const std::optional<control_group_place>& of, const std::optional<waiting_place>& wait_in);

    const hold_order& order_;
    const drivers::process_table table_;
    nft_link link_;
    std::size_t written_ = 0;
};

}  // namespace mayhem::actions
