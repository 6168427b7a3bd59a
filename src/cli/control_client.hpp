#pragma once

#include <chrono>
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

/// Somebody may answer there, but not to this user.
class not_allowed : public no_daemon {
public:
    using no_daemon::no_daemon;
};

/// Asks the daemon through its control socket, one request after the other. Blocks, a request 20 s at most unless said
/// otherwise.
class control_client {
public:
    struct reply {
        long status = 0;
        std::string body;
    };

    static constexpr std::chrono::seconds request_max{20};

    explicit control_client(std::filesystem::path socket) : socket_(std::move(socket)) {}

    /// Throws `no_daemon`, or `not_allowed`.
    [[nodiscard]] reply get(const std::string& path, std::chrono::seconds limit = request_max) const;
    [[nodiscard]] reply post(const std::string& path, const std::string& body,
                             std::chrono::seconds limit = request_max) const;

    /// Hands over what comes, piece by piece, until the daemon ends it or `on_text` returns false. The pieces of a
    /// reply that is no success are returned instead.
    /// `on_idle`, if there is one, is asked about every second whether to go on. Neither may throw.
    [[nodiscard]] reply stream(const std::string& path, const std::function<bool(std::string_view)>& on_text,
                               const std::function<bool()>& on_idle = {}) const;

    [[nodiscard]] const std::filesystem::path& socket() const noexcept { return socket_; }

private:
    std::filesystem::path socket_;
};

}  // namespace mayhem::cli
