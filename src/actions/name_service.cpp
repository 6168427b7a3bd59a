#include "actions/name_service.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace mayhem::actions {

/// A line such as "hosts:  files mymachines resolve [!UNAVAIL=return] dns # a comment" (nsswitch.conf(5)).
std::string who_asks_for_all(std::string_view nsswitch, bool has_nscd) {
    std::istringstream lines{std::string(nsswitch)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string word;
        if (!(words >> word) || word != "hosts:") {
            continue;
        }
        while (words >> word) {
            if (word == "resolve") {
                return "systemd-resolved (\"resolve\" in /etc/nsswitch.conf)";
            }
            if (word == "sss") {
                return "sssd (\"sss\" in /etc/nsswitch.conf)";
            }
        }
    }
    return has_nscd ? "nscd" : std::string();
}

std::string who_asks_for_all() {
    std::error_code none;
    std::ifstream file("/etc/nsswitch.conf");
    return who_asks_for_all(std::string(std::istreambuf_iterator<char>(file), {}),
                            std::filesystem::exists("/run/nscd/socket", none));
}

}  // namespace mayhem::actions
