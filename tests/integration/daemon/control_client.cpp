#include "control_client.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace mayhem::testing {

raw_connection::raw_connection(const std::string& socket_path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, socket_path);
}

raw_connection::raw_connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, "port " + std::to_string(port));
}

void raw_connection::connect_to(const sockaddr* address, socklen_t size, const std::string& name) {
    const timeval limit{.tv_sec = 60, .tv_usec = 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(fd_, address, size) != 0) {
        const int error = errno;
        ::close(fd_);
        throw std::system_error(error, std::generic_category(), name);
    }
}

raw_connection::~raw_connection() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

bool raw_connection::send(const std::string& text) const {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

std::size_t raw_connection::send_for_ever(const std::string& piece, std::size_t bytes_max) const {
    std::size_t sent = 0;
    while (sent < bytes_max && send(piece)) {
        sent += piece.size();
    }
    return sent;
}

std::string raw_connection::receive(const std::string& until) const {
    std::string all;
    std::array<char, 4096> piece{};
    while (until.empty() || all.find(until) == std::string::npos) {
        const ssize_t size = ::recv(fd_, piece.data(), piece.size(), 0);
        if (size <= 0) {
            return all;
        }
        all.append(piece.data(), static_cast<std::size_t>(size));
    }
    return all;
}

bool raw_connection::has_answer() const {
    char first = 0;
    return ::recv(fd_, &first, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

std::string exchange(const std::string& socket_path, const std::string& method, const std::string& path,
                     const std::string& body) {
    const raw_connection c(socket_path);
    if (!c.send(method + " " + path +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                "Content-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body)) {
        return {};
    }
    return c.receive();
}

std::string get(const std::string& socket_path, const std::string& path) {
    const std::string answer = exchange(socket_path, "GET", path);
    if (!answer.starts_with("HTTP/1.1 200 ")) {
        throw std::runtime_error(path + ": " + answer);
    }
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

}  // namespace mayhem::testing
