#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/types.h>

namespace mayhem::control {

/// Who is at the other end of a connection, as the kernel says.
struct peer {
    bool is_local_user = false;  ///< connected through a Unix socket: the fields below are known
    uid_t uid = static_cast<uid_t>(-1);
    std::vector<gid_t> groups;  ///< the primary one and the others
    pid_t pid = 0;
    std::string address;  ///< of a TCP connection: "127.0.0.1:40312"
};

/// Asks the kernel about the socket `fd`. Never fails: what cannot be found out is what may do the least.
[[nodiscard]] peer peer_of(int fd);

/// "alice (uid 1000, pid 4711)", or "127.0.0.1:40312" for TCP. Asks who has that number, which may take long, or never
/// end where a directory service is away.
[[nodiscard]] std::string describe(const peer& p);

/// The same at once: "uid 1000 (pid 4711)".
[[nodiscard]] std::string describe_without_name(const peer& p);

/// "127.0.0.1:40312", "[::1]:40312".
[[nodiscard]] std::string address_text(const sockaddr_storage& address);

/// The group of that name; nothing if there is none.
[[nodiscard]] std::optional<gid_t> find_group(const std::string& name);

}  // namespace mayhem::control
