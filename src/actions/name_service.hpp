#pragma once

#include <string>
#include <string_view>

namespace mayhem::actions {

/// Who asks name servers in place of the processes of this host, so that a failure of names could not be brought upon
/// one of them: "systemd-resolved (resolve in nsswitch.conf)". Empty: nobody. `nsswitch` is the text of
/// /etc/nsswitch.conf. Pure.
[[nodiscard]] std::string who_asks_for_all(std::string_view nsswitch, bool has_nscd);

/// The same, of this host as it is now. Does not block.
[[nodiscard]] std::string who_asks_for_all();

}  // namespace mayhem::actions
