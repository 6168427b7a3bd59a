#include "webhook_receiver.hpp"

#include <array>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mayhem::testing {

namespace {

constexpr int look_every_ms = 50;

bool is_complete(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    const std::size_t length = request.find("Content-Length: ");
    return head != std::string::npos && length != std::string::npos &&
           request.size() >= head + 4 + std::stoul(request.substr(length + 16));
}

}  // namespace

std::string empty_answer(int status) {
    return "HTTP/1.1 " + std::to_string(status) + " Whatever\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

webhook_receiver::webhook_receiver(answer a)
    : answer_(std::move(a)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    (void)::listen(listener_, 64);
    (void)::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

webhook_receiver::~webhook_receiver() {
    is_ending_ = true;
    thread_.join();
    for (const int connection : kept_) {
        ::close(connection);
    }
    ::close(listener_);
}

std::string webhook_receiver::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string webhook_receiver::requests() const {
    const std::scoped_lock lock(mutex_);
    std::string all;
    for (const std::string& r : requests_) {
        all += r + "\n";
    }
    return all;
}

void webhook_receiver::serve() {
    while (!is_ending_) {
        pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, look_every_ms) > 0) {
            answer_one(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        }
    }
}

void webhook_receiver::answer_one(int connection) {
    std::string request;
    std::array<char, 4096> buffer{};
    while (!is_ending_ && !is_complete(request)) {
        const ssize_t size = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            break;
        }
        request.append(buffer.data(), static_cast<std::size_t>(size));
    }
    std::size_t number = 0;
    {
        const std::scoped_lock lock(mutex_);
        number = requests_.size();
        requests_.push_back(request);
    }
    const std::string bytes = answer_(number);
    if (bytes.empty()) {
        kept_.push_back(connection);
        return;
    }
    (void)::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::close(connection);
}

}  // namespace mayhem::testing
