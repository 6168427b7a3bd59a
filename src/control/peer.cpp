#include "control/peer.hpp"

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>

namespace mayhem::control {

namespace {

constexpr std::size_t groups_max = 65'536;  // NGROUPS_MAX of Linux
constexpr std::size_t lookup_bytes = 16'384;

void read_credentials(int fd, peer& p) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return;
    }
    p.uid = credentials.uid;
    p.pid = credentials.pid;
    p.groups.resize(32);
    size = static_cast<socklen_t>(p.groups.size() * sizeof(gid_t));
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, p.groups.data(), &size) != 0 &&
        size <= groups_max * sizeof(gid_t)) {
        p.groups.resize(size / sizeof(gid_t));
        if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, p.groups.data(), &size) != 0) {
            size = 0;
        }
    }
    p.groups.resize(size / sizeof(gid_t));
    p.groups.push_back(credentials.gid);
}

}  // namespace

peer peer_of(int fd) {
    peer p;
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.ss_family == AF_UNIX) {
        p.is_local_user = true;
        read_credentials(fd, p);
        return p;
    }
    address = {};
    size = sizeof address;
    (void)::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size);  // unknown is a text, too
    p.address = address_text(address);
    return p;
}

std::string address_text(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return fmt::format("{}:{}", text.data(), ntohs(v4.sin_port));
    }
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        return fmt::format("[{}]:{}", text.data(), ntohs(v6.sin6_port));
    }
    return "an unknown address";
}

std::string describe_without_name(const peer& p) {
    return p.is_local_user ? fmt::format("uid {} (pid {})", p.uid, p.pid) : p.address;
}

std::string describe(const peer& p) {
    if (!p.is_local_user) {
        return p.address;
    }
    std::vector<char> room(lookup_bytes);
    passwd entry{};
    passwd* found = nullptr;
    const bool is_known = ::getpwuid_r(p.uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
    return fmt::format("{} (uid {}, pid {})", is_known ? found->pw_name : "a user without a name", p.uid, p.pid);
}

std::optional<gid_t> find_group(const std::string& name) {
    std::vector<char> room(lookup_bytes * 16);
    ::group entry{};
    ::group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
        return std::nullopt;
    }
    return found->gr_gid;
}

}  // namespace mayhem::control
