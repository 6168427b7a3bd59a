#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace mayhem::testing {

/// A raw connection to a control socket, to say what no honest client would. Blocks, at most 60 s at a time.
class raw_connection {
public:
    /// Throws `std::system_error` when it cannot connect.
    explicit raw_connection(const std::string& socket_path);
    explicit raw_connection(std::uint16_t port);  ///< of the loopback
    ~raw_connection();
    raw_connection(raw_connection&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    raw_connection(const raw_connection&) = delete;
    raw_connection& operator=(const raw_connection&) = delete;

    /// False when the other side does not listen any more.
    [[nodiscard]] bool send(const std::string& text) const;

    /// Sends until the other side stops listening, or `bytes_max` are out; how many that were.
    [[nodiscard]] std::size_t send_for_ever(const std::string& piece, std::size_t bytes_max) const;

    /// What comes until the other side ends it, or `until` is in it.
    [[nodiscard]] std::string receive(const std::string& until = {}) const;

    /// Whether something has come, or its end.
    [[nodiscard]] bool has_answer() const;

private:
    void connect_to(const sockaddr* address, socklen_t size, const std::string& name);

    int fd_;
};

/// The body of a GET that must succeed; throws otherwise.
[[nodiscard]] std::string get(const std::string& socket_path, const std::string& path);

/// A whole request and its whole answer, with the headers.
[[nodiscard]] std::string exchange(const std::string& socket_path, const std::string& method, const std::string& path,
                                   const std::string& body = {});

}  // namespace mayhem::testing
