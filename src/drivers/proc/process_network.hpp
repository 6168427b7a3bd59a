#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include <sys/types.h>

namespace mayhem::drivers {

/// Whether a process is in the network namespace of this one. Nothing: that may not be seen, or it has ended. Reads
/// /proc below `root`.
[[nodiscard]] std::optional<bool> shares_network(pid_t pid, const std::filesystem::path& root = "/proc");

/// Puts the calling thread into the network namespace of a process. Throws `std::system_error`, which says what that
/// needs: CAP_SYS_ADMIN, and CAP_SYS_PTRACE unless this one may do whatever that one may.
void enter_network_of(pid_t pid);

/// The TCP ports on which a process listens, and the UDP ports that it has taken, as far as they may be seen. Reads
/// /proc below `root`: its descriptors, and the sockets of its network.
[[nodiscard]] std::set<std::uint16_t> listening_ports(pid_t pid, const std::filesystem::path& root = "/proc");

/// The port of one line of /proc/PID/net/tcp, udp, tcp6 or udp6 (proc(5)), if it is that of a socket that listens, and
/// the number of that socket; nothing of any other line. Pure.
struct listening_socket {
    std::uint16_t port = 0;
    std::uint64_t inode = 0;

    friend bool operator==(const listening_socket&, const listening_socket&) = default;
};
[[nodiscard]] std::optional<listening_socket> read_listening_socket(std::string_view line, bool is_tcp);

}  // namespace mayhem::drivers
