#include "actions/action_rights.hpp"

#include "actions/freeze_rights.hpp"
#include "actions/network_rights.hpp"

namespace mayhem::actions {

std::string why_not_done(std::string_view action, const core::network_fault& f) {
    if (action == "freeze") {
        return why_not_freeze();
    }
    return core::parse_network_fault_kind(action) ? why_not_network(f) : std::string();
}

}  // namespace mayhem::actions
