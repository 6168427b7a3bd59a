#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/host_facts.hpp"

namespace mayhem::app {

/// One line of /proc/net/tcp or tcp6 that listens.
struct listening_socket {
    listener where;
    std::uint64_t inode = 0;
};

/// Reads such a table (Linux, Documentation/networking/proc_net_tcp.rst); what is no such line is skipped. Who listens
/// on every address is reached on this host's own. Pure.
[[nodiscard]] std::vector<listening_socket> parse_listening(std::string_view table);

/// Who listens, by the service of the host's systemd in whose control group he is: a socket that systemd has opened for
/// a service is that service's as well, once it runs. Blocks for as long as it takes to read the descriptors of all
/// processes; those that may not be read are skipped, so that only root sees everybody.
[[nodiscard]] std::map<std::string, std::vector<listener>> find_listeners(const std::filesystem::path& proc);

}  // namespace mayhem::app
