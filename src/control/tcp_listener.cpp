#include <cerrno>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "control/listening_socket.hpp"
#include "control/peer.hpp"

namespace mayhem::control {

namespace {

constexpr int backlog = 64;

struct any_address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

std::optional<any_address> to_system(const tcp_address& a) {
    any_address to;
    if (a.is_v6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(to.storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(static_cast<std::uint16_t>(a.port));
        to.size = sizeof v6;
        return ::inet_pton(AF_INET6, a.host.c_str(), &v6.sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)
                   ? std::optional(to)
                   : std::nullopt;
    }
    auto& v4 = reinterpret_cast<sockaddr_in&>(to.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(a.port));
    to.size = sizeof v4;
    return ::inet_pton(AF_INET, a.host.c_str(), &v4.sin_addr) == 1 && (ntohl(v4.sin_addr.s_addr) >> 24U) == 127
               ? std::optional(to)
               : std::nullopt;
}

}  // namespace

std::optional<tcp_address> parse_loopback(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    tcp_address address;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (ec != std::errc{} || end != port.data() + port.size() || address.port > 65'535) {
        return std::nullopt;
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        address.is_v6 = true;
        host = host.substr(1, host.size() - 2);
    }
    address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
    return to_system(address) ? std::optional(address) : std::nullopt;
}

system::unique_fd listen_on(const tcp_address& address) {
    const std::string name = address.host + " port " + std::to_string(address.port);
    const std::optional<any_address> to = to_system(address);
    if (!to) {
        throw cannot_listen("cannot listen on " + name + ": it is not an address of the loopback");
    }
    system::unique_fd fd(::socket(to->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // only saves waiting for old connections
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&to->storage), to->size) != 0 ||
        ::listen(fd.get(), backlog) != 0) {
        throw cannot_listen("cannot listen on " + name + ": " + std::strerror(errno) +
                            "; free it, or change [control] listen");
    }
    return fd;
}

std::string local_address(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return "an unknown address";
    }
    return address_text(address);
}

}  // namespace mayhem::control
