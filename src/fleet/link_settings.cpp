#include "fleet/link_settings.hpp"

#include <algorithm>

namespace mayhem::fleet {

std::string trouble_in(const link_settings& s) {
    if (s.hosts.empty() || s.hosts.size() > link_settings::hosts_max) {
        return "a fleet's database has 1 to " + std::to_string(link_settings::hosts_max) + " hosts, and not " +
               std::to_string(s.hosts.size());
    }
    if (s.dbname.empty() || s.user.empty()) {
        return std::string("the fleet's database lacks ") + (s.dbname.empty() ? "its name" : "the user to log in as");
    }
    if (s.certificate.empty() != s.key.empty()) {
        return "a certificate is shown to the fleet's database with its key: give both or neither";
    }
    const auto far = std::ranges::find_if_not(s.hosts, &is_local);
    if (far != s.hosts.end() && s.ca.empty()) {
        return describe(*far) + " is not on this host, so its certificate is verified: name the file of who signed it";
    }
    if (s.connect_limit <= std::chrono::nanoseconds::zero() || s.call_limit <= std::chrono::nanoseconds::zero()) {
        return "connecting to the fleet's database and calling it take a limit greater than zero";
    }
    return {};
}

}  // namespace mayhem::fleet
