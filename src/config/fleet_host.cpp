#include "config/fleet_host.hpp"

#include <algorithm>
#include <cctype>
#include <climits>

#include <unistd.h>

namespace mayhem::app {

std::string fleet_host_of(const fleet_config& c) {
    if (!c.host.empty()) {
        return c.host;
    }
    std::string name(HOST_NAME_MAX + 1, '\0');
    if (::gethostname(name.data(), name.size()) != 0) {
        return "localhost";
    }
    name.resize(name.find('\0'));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
    return name;
}

}  // namespace mayhem::app
