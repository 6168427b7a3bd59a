#include "actions/holder_source.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <linux/capability.h>

#include "actions/holder/holder_name.hpp"
#include "actions/holder/holder_rights.hpp"
#include "actions/own_capability.hpp"
#include "actions/served_holder.hpp"
#include "actions/spawned_holder.hpp"
#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

bool holder_source::is_served(std::string_view action, bool is_inside) const {
    if (action != "freeze" && !core::parse_network_fault_kind(action)) {
        return false;
    }
    const bool has_rights = has_capability(capability_of(action).value_or(CAP_SYS_ADMIN)) &&
                            (!is_inside || (has_capability(CAP_SYS_ADMIN) && has_capability(CAP_SYS_PTRACE)));
    std::error_code none;
    return !has_rights && std::filesystem::is_socket(socket, none);
}

std::unique_ptr<holder_link> holder_source::start(std::vector<std::string> call) const {
    const bool is_inside = call.size() > 2 && call[2] == holder_inside;
    if (is_served(call.at(1), is_inside)) {
        return std::make_unique<served_holder>(socket);
    }
    return std::make_unique<spawned_holder>(program, std::move(call));
}

}  // namespace mayhem::actions
