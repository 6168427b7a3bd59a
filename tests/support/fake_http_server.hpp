#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "mayhem/async/task_group.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::test {

/// What the server does once it has read a request.
struct reply {
    std::string bytes = {};            ///< sent as they are, HTTP or not
    bool stays = false;                ///< then keeps the connection open, without another word
    std::chrono::nanoseconds after{};  ///< so long before the first byte
};

/// "HTTP/1.1 STATUS ..." with a body, complete.
reply http_reply(int status, const std::string& body);

/// A server that answers as the test says: one reply for each connection. Runs on the test's own loop, on a Unix socket
/// or a free loopback port, and ends when it is destroyed after `stop`. On virtual time, it is the client that keeps
/// the time from passing while it asks, as `http::send` does.
class fake_http_server {
public:
    using answer = std::function<reply(const std::string& request)>;

    /// Listens on `unix_socket`, or on a free port of 127.0.0.1 where that is empty.
    fake_http_server(async::loop& l, std::string unix_socket, answer a);

    /// To be called from a task of the loop, or before it runs: cancels whatever is being served.
    void stop() { serving_.cancel(); }

    [[nodiscard]] const std::string& unix_socket() const noexcept { return unix_socket_; }
    [[nodiscard]] std::string url(const std::string& path) const;

    /// The requests so far, each as it came, without the blank line that ends its headers and what follows.
    [[nodiscard]] const std::vector<std::string>& requests() const noexcept { return requests_; }

    /// How many connections are open.
    [[nodiscard]] int open_connections() const noexcept { return open_; }

private:
    async::awaitable<void> accept();
    async::awaitable<void> serve(int fd);

    async::loop& loop_;
    std::string unix_socket_;
    int port_ = 0;
    answer answer_;
    system::unique_fd listener_;
    std::vector<std::string> requests_;
    int open_ = 0;
    async::task_group serving_;
};

}  // namespace mayhem::test
