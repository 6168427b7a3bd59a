#include "fleet/connection_options.hpp"

namespace mayhem::fleet {

namespace {

std::string or_no_file(const std::string& path) { return path.empty() ? std::string(no_file) : path; }

bool is_verified(const link_settings& s, const endpoint& at) {
    return !is_unix_socket(at) && (!is_local(at) || !s.ca.empty());
}

}  // namespace

std::vector<connection_option> connection_options(const link_settings& s, const endpoint& at,
                                                  const std::string& address, const std::string& password) {
    std::vector<connection_option> options = {
        {"host", at.host},
        {"port", at.port},
        {"dbname", s.dbname},
        {"user", s.user},
        {"passfile", std::string(no_file)},
        {"application_name", s.application_name},
        {"client_encoding", "UTF8"},
        {"target_session_attrs", "read-write"},
        {"connect_timeout", "0"},  // nobody looks at it while a connection is polled; the deadline is ours
        {"gssencmode", "disable"},
        {"krbsrvname", "postgres"},
        {"channel_binding", "prefer"},
        {"sslmode", is_verified(s, at) ? "verify-full" : "disable"},
        {"sslrootcert", or_no_file(s.ca)},
        {"sslcert", or_no_file(s.certificate)},
        {"sslkey", or_no_file(s.key)},
        {"sslcrl", std::string(no_file)},
        {"sslcompression", "0"},
        {"sslsni", "1"},
        {"ssl_min_protocol_version", "TLSv1.2"},
        {"ssl_max_protocol_version", "TLSv1.3"},
        // A peer that is gone without a word is noticed within half a minute though nobody calls.
        {"keepalives", "1"},
        {"keepalives_idle", "15"},
        {"keepalives_interval", "5"},
        {"keepalives_count", "3"},
    };
    if (!address.empty()) {
        options.emplace_back("hostaddr", address);
    }
    if (!password.empty()) {
        options.emplace_back("password", password);
    }
    return options;
}

}  // namespace mayhem::fleet
