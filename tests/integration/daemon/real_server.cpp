#include "real_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace mayhem::testing {

bound_socket::bound_socket(int type) : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size);
    (void)::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    const timeval limit{.tv_sec = 60, .tv_usec = 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

bound_socket::~bound_socket() { ::close(fd_); }

std::string bound_socket::receive() const {
    std::string datagram(65'536, '\0');
    const ssize_t size = ::recv(fd_, datagram.data(), datagram.size(), 0);
    datagram.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return datagram;
}

int free_port(int type) { return bound_socket(type).port(); }

bool comes_up(const program& p, const std::function<bool()>& is_up) {
    bool is_there = false;
    (void)eventually([&] {
        is_there = is_up();
        return is_there || is_gone(p.pid());
    });
    return is_there;
}

std::string answer_of(const std::string& url) { return run({"/usr/bin/curl", "-s", "-m", "5", url}).out; }

real_server::real_server(const command& c, const std::string& ready_path, const std::string& ready) {
    for (int tries = 0; tries < tries_max && !server_; ++tries) {
        address_ = "127.0.0.1:" + std::to_string(free_port(SOCK_STREAM));
        server_.emplace(c(address_));
        if (!comes_up(*server_, [&] { return answer_of(url(ready_path)).find(ready) != std::string::npos; })) {
            server_.reset();
        }
    }
}

}  // namespace mayhem::testing
