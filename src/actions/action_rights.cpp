#include "actions/action_rights.hpp"

#include "actions/fill.hpp"
#include "actions/fill_rights.hpp"
#include "actions/freeze_rights.hpp"
#include "actions/network_rights.hpp"

namespace mayhem::actions {

std::string why_not_done(std::string_view action, const core::span_terms& terms) {
    if (action == "freeze") {
        return why_not_freeze();
    }
    if (action == fill::action_name) {
        return tell_fill(terms.disk);
    }
    return core::parse_network_fault_kind(action) ? why_not_network(terms.network) : std::string();
}

}  // namespace mayhem::actions
