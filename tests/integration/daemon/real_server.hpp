#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "program.hpp"

namespace mayhem::testing {

/// A socket on the loopback at a port that was free.
class bound_socket {
public:
    /// SOCK_STREAM or SOCK_DGRAM.
    explicit bound_socket(int type);
    ~bound_socket();
    bound_socket(const bound_socket&) = delete;
    bound_socket& operator=(const bound_socket&) = delete;

    [[nodiscard]] int port() const noexcept { return port_; }

    /// The next datagram; empty if none comes within a minute.
    [[nodiscard]] std::string receive() const;

private:
    int fd_;
    int port_ = 0;
};

/// Somebody else may take it before its user does: who then ends is started again with another one.
[[nodiscard]] int free_port(int type);
inline constexpr int tries_max = 5;

/// False when it ends instead, or takes too long.
[[nodiscard]] bool comes_up(const program& p, const std::function<bool()>& is_up);

/// What a GET of it is answered with; empty if it is not.
[[nodiscard]] std::string answer_of(const std::string& url);

/// Somebody else's server, such as Prometheus, on a port of the loopback that was free. Ends with its object.
class real_server {
public:
    using command = std::function<std::vector<std::string>(const std::string& address)>;

    /// `c` says how it is started at "127.0.0.1:PORT"; it is up when a GET of `ready_path` is answered with `ready`.
    real_server(const command& c, const std::string& ready_path, const std::string& ready);

    [[nodiscard]] bool is_up() const noexcept { return server_.has_value(); }
    [[nodiscard]] const program& get() const { return *server_; }
    [[nodiscard]] program& get() { return *server_; }
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] std::string url(const std::string& path = {}) const { return "http://" + address_ + path; }

private:
    std::string address_;
    std::optional<program> server_;
};

}  // namespace mayhem::testing
