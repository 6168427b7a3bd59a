#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "fleet/endpoint.hpp"

namespace mayhem::fleet {

/// Which database a daemon speaks to, and as whom. Nothing else says so: neither the environment (`PG*`) nor a service
/// file nor what lies in a home folder.
struct link_settings {
    static constexpr std::size_t hosts_max = 16;

    std::vector<endpoint> hosts =
        {};  ///< tried in this order, but for the one that was good last; the primary is taken
    std::string dbname = {};
    std::string user = {};

    /// Its first line is the password; it is read at each connect, so that it may be changed. It must be readable by
    /// this process and not by others (0600). Empty: none is sent.
    std::string password_file = {};

    std::string ca = {};           ///< who signs the servers' certificates (PEM); needed unless all hosts are local
    std::string certificate = {};  ///< our own, with `key`, where the database asks for one
    std::string key = {};

    std::string application_name = "mayhem";  ///< what pg_stat_activity shows

    /// A host has so long for all of it: its name, its addresses, TLS and the login.
    std::chrono::nanoseconds connect_limit = std::chrono::seconds{3};

    /// A call has so long, its turn and its repetitions included, unless it says otherwise.
    std::chrono::nanoseconds call_limit = std::chrono::milliseconds{900};

    std::size_t fleet_hosts = 1;  ///< how many daemons may come at once: over so many the connecting is spread
};

/// What is wrong with them, and what to do; empty if nothing is. Reads no file.
[[nodiscard]] std::string trouble_in(const link_settings& s);

}  // namespace mayhem::fleet
