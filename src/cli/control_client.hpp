#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mayhem::cli {

/// Nobody answers on the control socket. The text says why and what to do.
class no_daemon : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Asks the daemon through its control socket, one request after the other. Blocks, a request 20 s at most.
class control_client {
public:
    struct reply {
        long status = 0;
        std::string body;
    };

    explicit control_client(std::filesystem::path socket) : socket_(std::move(socket)) {}

    /// Throws `no_daemon`.
    [[nodiscard]] reply get(const std::string& path) const;
    [[nodiscard]] reply post(const std::string& path, const std::string& body) const;

    /// Hands over what comes, piece by piece, until the daemon ends it or `on_text` returns false. The pieces of a
    /// reply that is no success are returned instead.
    [[nodiscard]] reply stream(const std::string& path, const std::function<bool(std::string_view)>& on_text) const;

    [[nodiscard]] const std::filesystem::path& socket() const noexcept { return socket_; }

private:
    std::filesystem::path socket_;
};

}  // namespace mayhem::cli
