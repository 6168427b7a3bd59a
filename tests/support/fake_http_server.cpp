#include "support/fake_http_server.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "system/wait_ready.hpp"

namespace mayhem::test {

namespace {

using system::descriptor;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

system::unique_fd listen_on(const std::string& unix_socket, int& port) {
    const bool is_unix = !unix_socket.empty();
    system::unique_fd fd(::socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un local{.sun_family = AF_UNIX, .sun_path = {}};
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::strncpy(local.sun_path, unix_socket.c_str(), sizeof local.sun_path - 1);
    auto* address = is_unix ? reinterpret_cast<sockaddr*>(&local) : reinterpret_cast<sockaddr*>(&loopback);
    socklen_t size = is_unix ? sizeof local : sizeof loopback;
    if (::bind(fd.get(), address, size) != 0 || ::listen(fd.get(), SOMAXCONN) != 0) {
        fail("cannot listen");
    }
    if (!is_unix && ::getsockname(fd.get(), address, &size) == 0) {
        port = ntohs(loopback.sin_port);
    }
    return fd;
}

std::size_t body_size(const std::string& head) {
    const std::size_t found = head.find("Content-Length: ");
    return found == std::string::npos ? 0 : std::stoul(head.substr(found + 16));
}

async::awaitable<std::string> read_request(descriptor& connection) {
    const async::frame here;
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
        const std::size_t head = text.find("\r\n\r\n");
        if (head != std::string::npos && text.size() >= head + 4 + body_size(text)) {
            co_return text;
        }
        co_await system::wait_ready(connection, descriptor::wait_read);
        const ssize_t count = ::read(connection.native_handle(), buffer.data(), buffer.size());
        if (count <= 0) {
            co_return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

async::awaitable<void> write_all(descriptor& connection, std::string bytes) {
    const async::frame here;
    while (!bytes.empty()) {
        co_await system::wait_ready(connection, descriptor::wait_write);
        const ssize_t count = ::send(connection.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0) {
            co_return;  // the client has gone, as some tests want
        }
        bytes.erase(0, static_cast<std::size_t>(count));
    }
}

/// Until the client goes.
async::awaitable<void> stay(descriptor& connection) {
    const async::frame here;
    co_await system::wait_ready(connection, descriptor::wait_read);
}

}  // namespace

reply http_reply(int status, const std::string& body) {
    return {.bytes = "HTTP/1.1 " + std::to_string(status) +
                     " Whatever\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\nConnection: close\r\n\r\n" + body};
}

fake_http_server::fake_http_server(async::loop& l, std::string unix_socket, answer a)
    : loop_(l),
      unix_socket_(std::move(unix_socket)),
      answer_(std::move(a)),
      listener_(listen_on(unix_socket_, port_)),
      serving_(l, "fake server", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }) {
    serving_.spawn("accept", accept());
}

std::string fake_http_server::url(const std::string& path) const {
    return unix_socket_.empty() ? "http://127.0.0.1:" + std::to_string(port_) + path : "http://fake" + path;
}

async::awaitable<void> fake_http_server::accept() {
    const async::frame here;
    descriptor listener(loop_.get_executor());
    listener.assign(listener_.release());
    while (true) {
        co_await listener.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
        const int fd = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            serving_.spawn("serve", serve(fd));
        }
    }
}

async::awaitable<void> fake_http_server::serve(int fd) {
    const async::frame here;
    struct count {
        int& open;
        explicit count(int& o) : open(o) { ++open; }
        ~count() { --open; }
    } const counted(open_);
    descriptor connection(loop_.get_executor());
    connection.assign(fd);
    const std::string request = co_await read_request(connection);
    requests_.push_back(request.substr(0, request.find("\r\n\r\n")));
    const reply r = answer_(request);
    if (r.after > r.after.zero()) {
        co_await async::sleep_for(r.after);
    }
    co_await write_all(connection, r.bytes);
    if (r.stays) {
        co_await stay(connection);
    }
}

}  // namespace mayhem::test
