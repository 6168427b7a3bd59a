#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/listening_socket.hpp"

namespace mayhem::control {

namespace {

constexpr int backlog = 64;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw cannot_listen("cannot listen on " + path.string() + ": " + why);
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path) {
        fail(path, "the path is longer than the 107 bytes that a socket may have; name a shorter one with --socket");
    }
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    return address;
}

}  // namespace

int try_connect(const std::filesystem::path& path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof address.sun_path) {
        return ENAMETOOLONG;
    }
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    const system::unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int error =
        ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
    return error == EAGAIN ? 0 : error;  // it has so many waiting already
}

unix_listener::unix_listener(std::filesystem::path path, std::optional<gid_t> group) : path_(std::move(path)) {
    const sockaddr_un address = address_of(path_);
    std::error_code ec;
    std::filesystem::create_directories(path_.has_parent_path() ? path_.parent_path() : ".", ec);
    if (ec) {
        fail(path_, "cannot create its folder: " + ec.message() + "; create it, or name another place with --socket");
    }
    lock();
    remove_stale();
    socket_ = system::unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // Nobody can connect before `listen`, so the mode is right from the first connection on.
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail(path_, std::string(std::strerror(errno)) + "; name another place with --socket");
    }
    struct stat status{};
    (void)::stat(path_.c_str(), &status);
    inode_ = status.st_ino;
    // The service may not call chown, and need not: its files have its group.
    const bool is_shared =
        group && (status.st_gid == *group || ::chown(path_.c_str(), static_cast<uid_t>(-1), *group) == 0);
    if (::chmod(path_.c_str(), is_shared ? 0660 : 0600) != 0 || ::listen(socket_.get(), backlog) != 0) {
        fail(path_, std::strerror(errno));
    }
}

unix_listener::~unix_listener() {
    struct stat status{};
    if (socket_ && ::stat(path_.c_str(), &status) == 0 && status.st_ino == inode_) {
        (void)::unlink(path_.c_str());  // the next start would remove it as well
    }
}

void unix_listener::lock() {
    const std::string name = path_.string() + ".lock";
    lock_ = system::unique_fd(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_) {
        fail(path_, "cannot open " + name + ": " + std::strerror(errno) + "; name another place with --socket");
    }
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        fail(path_, "another mayhem listens there; stop it, or give this one a socket of its own with --socket");
    }
}

void unix_listener::remove_stale() const {
    struct stat status{};
    if (::lstat(path_.c_str(), &status) != 0) {
        return;
    }
    if (!S_ISSOCK(status.st_mode)) {
        fail(path_, "there is something that is no socket; move it away, or name another place with --socket");
    }
    if (try_connect(path_) == 0) {
        fail(path_, "another program listens there; stop it, or name another place with --socket");
    }
    (void)::unlink(path_.c_str());  // if it cannot be removed, bind says so
}

}  // namespace mayhem::control
