#include "integration/fleet/pooler.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

namespace mayhem::fleet {

namespace {

bool accepts_connections(const std::string& log_file) {
    std::ifstream log(log_file);
    for (std::string line; std::getline(log, line);) {
        if (line.find("process up") != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

pooler::pooler(const test::postgres_bed& bed) {
    const std::string program = "/usr/sbin/pgbouncer";
    if (!std::filesystem::exists(program)) {
        throw std::runtime_error("there is no " + program + ": apt-get install pgbouncer");
    }
    const std::string users = bed.folder() / "pooler.users";
    const std::string config = bed.folder() / "pooler.ini";
    const std::string log = bed.folder() / "pooler.log";
    std::ofstream(users) << "\"mayhem\" \"secret\"\n";
    for (int tries = 0; tries < 5; ++tries) {
        port_ = test::free_loopback_port();
        std::ofstream(config) << "[databases]\nfleet = host=" << bed.folder().string() << " port=" << bed.port()
                              << " dbname=fleet\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
                              << "\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = " << users
                              << "\npool_mode = transaction\nmax_client_conn = 100\n";
        server_.emplace(std::vector<std::string>{program, config}, log);
        if (test::comes_true([&] { return server_->has_ended() || accepts_connections(log); }) &&
            !server_->has_ended()) {
            return;
        }
    }
    throw std::runtime_error("pgbouncer does not start; its log is " + log);
}

}  // namespace mayhem::fleet
