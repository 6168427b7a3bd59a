#pragma once

#include <sys/types.h>

#include "actions/holder/hold_order.hpp"

namespace mayhem::actions {

/// Which process owns the table of an order, in the network that the order means; 0: there is none. In the network of
/// another it looks in a thread of its own. Throws `std::system_error`, which says what that needs. Blocks for as long
/// as the kernel works.
[[nodiscard]] pid_t find_table_owner(const hold_order& o);

}  // namespace mayhem::actions
