#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "system/unique_fd.hpp"

struct sockaddr_un;

namespace mayhem::control {

/// Nobody can be listened to there. The text says where, why, and what to do.
class cannot_listen : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A Unix socket that is listened on, and its file, which goes with the object.
///
/// A lock beside it (`PATH.lock`) is held for as long, so that a live daemon's socket is never taken away, and a dead
/// one's always is, however it died. The lock file stays: removing it would race with whoever takes it next.
class unix_listener {
public:
    /// Members of `group` may connect, besides root and the daemon's own user; the folder is made if it is missing.
    /// Whoever else may write in that folder can at most take the socket away: it is made with its mode and its group,
    /// and no path is changed afterwards. Throws `cannot_listen`. For the moment of making it, the process has a
    /// narrow umask.
    unix_listener(std::filesystem::path path, std::optional<gid_t> group);
    ~unix_listener();
    unix_listener(const unix_listener&) = delete;
    unix_listener& operator=(const unix_listener&) = delete;

    [[nodiscard]] int get() const noexcept { return socket_.get(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    void bind(const sockaddr_un& address, std::optional<gid_t> group);
    void lock();
    void remove_stale() const;

    std::filesystem::path path_;
    system::unique_fd lock_;
    system::unique_fd socket_;
    ino_t inode_ = 0;
};

/// Connects to the Unix socket `path` and hangs up: 0 if somebody listens there, otherwise errno. Does not wait.
[[nodiscard]] int try_connect(const std::filesystem::path& path) noexcept;

/// Where TCP is listened on: "127.0.0.1:9666" or "[::1]:9666"; port 0 takes a free one. Nothing for an address that is
/// not of the loopback, or none at all.
struct tcp_address {
    bool is_v6 = false;
    std::string host;
    unsigned port = 0;
};
[[nodiscard]] std::optional<tcp_address> parse_loopback(std::string_view text);

/// Throws `cannot_listen`.
[[nodiscard]] system::unique_fd listen_on(const tcp_address& address);

/// "127.0.0.1:9666": where the socket `fd` really listens.
[[nodiscard]] std::string local_address(int fd);

}  // namespace mayhem::control
