#include "actions/holder/table_owner.hpp"

#include <exception>
#include <thread>

#include "actions/netfilter/nft_link.hpp"
#include "drivers/proc/process_network.hpp"

namespace mayhem::actions {

namespace {

pid_t owner_here(const hold_order& o) { return static_cast<pid_t>(nft_link().owner_of(o.table).value_or(0)); }

}  // namespace

/// A thread that has entered a network does not come back, so it is another one that does.
pid_t find_table_owner(const hold_order& o) {
    if (!o.is_inside) {
        return owner_here(o);
    }
    pid_t owner = 0;
    std::exception_ptr trouble;
    std::thread([&] {
        try {
            drivers::enter_network_of(o.first.pid);
            owner = owner_here(o);
        } catch (...) {
            trouble = std::current_exception();
        }
    }).join();
    if (trouble) {
        std::rethrow_exception(trouble);
    }
    return owner;
}

}  // namespace mayhem::actions
