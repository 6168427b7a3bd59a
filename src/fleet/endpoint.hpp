#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/result.hpp"

namespace mayhem::fleet {

/// Where a database listens: a host's name or address and a port, or the folder of a Unix socket.
struct endpoint {
    std::string host;           ///< "db1.example", "10.0.0.7", "::1", "/run/postgresql"
    std::string port = "5432";  ///< of a Unix socket too: its file is named by it

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Reads "db1.example:5432", "db1.example", "[::1]:5432", "/run/postgresql" or "/run/postgresql:5433". Otherwise the
/// reason, which begins with the text itself.
[[nodiscard]] core::result<endpoint> parse_endpoint(std::string_view text);

/// As `parse_endpoint` reads it.
[[nodiscard]] std::string describe(const endpoint& e);

[[nodiscard]] bool is_unix_socket(const endpoint& e) noexcept;

/// Whether what is sent there cannot leave this host, by how it is written: a Unix socket, "localhost", an address of
/// the loopback. A name that is looked up is not, whatever its address turns out to be.
[[nodiscard]] bool is_local(const endpoint& e) noexcept;

/// The addresses that need no look-up: of an address itself, and of "localhost", which means the loopback whatever a
/// name service says (RFC 6761). Empty for any other name.
[[nodiscard]] std::vector<std::string> known_addresses(const endpoint& e);

}  // namespace mayhem::fleet
