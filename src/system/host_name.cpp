#include "system/host_name.hpp"

#include <algorithm>
#include <cctype>
#include <climits>

#include <unistd.h>

namespace mayhem::system {

std::string host_name() {
    std::string name(HOST_NAME_MAX + 1, '\0');
    if (::gethostname(name.data(), name.size()) != 0) {
        return "localhost";
    }
    name.resize(name.find('\0'));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name.empty() ? "localhost" : name;
}

}  // namespace mayhem::system
