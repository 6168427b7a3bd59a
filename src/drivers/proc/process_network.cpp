#include "drivers/proc/process_network.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "system/unique_fd.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view tcp_listens = "0A";
constexpr std::string_view udp_is_unconnected = "07";

template <typename Number>
std::optional<Number> parse(std::string_view text, int base) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// A descriptor's link is "socket:[12345]".
std::set<std::uint64_t> sockets_of(const std::filesystem::path& process) {
    constexpr std::string_view before = "socket:[";
    std::set<std::uint64_t> found;
    std::error_code none;
    for (std::filesystem::directory_iterator at(process / "fd", none); at != std::filesystem::directory_iterator();
         at.increment(none)) {
        const std::string to = std::filesystem::read_symlink(at->path(), none).string();
        if (to.starts_with(before) && to.ends_with(']')) {
            if (const auto inode = parse<std::uint64_t>(
                    std::string_view(to).substr(before.size(), to.size() - before.size() - 1), 10)) {
                found.insert(*inode);
            }
        }
    }
    return found;
}

}  // namespace

std::optional<bool> shares_network(pid_t pid, const std::filesystem::path& root) {
    struct stat its{};
    struct stat own{};
    if (::stat((root / std::to_string(pid) / "ns/net").c_str(), &its) != 0 ||
        ::stat((root / "self/ns/net").c_str(), &own) != 0) {
        return std::nullopt;
    }
    return its.st_ino == own.st_ino && its.st_dev == own.st_dev;
}

void enter_network_of(pid_t pid) {
    const system::unique_fd network(::open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
    if (!network || ::setns(network.get(), CLONE_NEWNET) != 0) {
        throw std::system_error(
            errno, std::generic_category(),
            "cannot enter the network of pid " + std::to_string(pid) + " (CAP_SYS_ADMIN, CAP_SYS_PTRACE)");
    }
}

/// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...
std::optional<listening_socket> read_listening_socket(std::string_view line, bool is_tcp) {
    std::istringstream fields{std::string(line)};
    std::string number;
    std::string local;
    std::string remote;
    std::string state;
    std::string skipped;
    std::string inode;
    if (!(fields >> number >> local >> remote >> state >> skipped >> skipped >> skipped >> skipped >> skipped >>
          inode) ||
        state != (is_tcp ? tcp_listens : udp_is_unconnected)) {
        return std::nullopt;
    }
    const auto port = parse<std::uint16_t>(std::string_view(local).substr(local.rfind(':') + 1), 16);
    const auto socket = parse<std::uint64_t>(inode, 10);
    return port && socket ? std::optional(listening_socket{.port = *port, .inode = *socket}) : std::nullopt;
}

std::set<std::uint16_t> listening_ports(pid_t pid, const std::filesystem::path& root) {
    const std::filesystem::path process = root / std::to_string(pid);
    const std::set<std::uint64_t> sockets = sockets_of(process);
    std::set<std::uint16_t> ports;
    for (const auto& [file, is_tcp] : {std::pair("tcp", true), {"tcp6", true}, {"udp", false}, {"udp6", false}}) {
        std::ifstream lines(process / "net" / file);
        for (std::string line; std::getline(lines, line);) {
            const auto found = read_listening_socket(line, is_tcp);
            if (found && sockets.contains(found->inode)) {
                ports.insert(found->port);
            }
        }
    }
    return ports;
}

}  // namespace mayhem::drivers
