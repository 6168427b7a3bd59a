#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/listening_socket.hpp"
#include "system/folder_of.hpp"

namespace mayhem::control {

namespace {

constexpr int waiting_max = 64;
constexpr mode_t mode_private = 0600;
constexpr mode_t mode_shared = 0660;

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

/// What is made while this lives has no more than `mode`, and the group `group` if this process may give it. Both are
/// there from the first moment, as nothing that is done to a path afterwards is: whoever may write in the folder could
/// put a link in its place meanwhile.
class creation_rights {
public:
    creation_rights(std::optional<gid_t> group, mode_t shared_mode, mode_t private_mode)
        : gid_before_(::setfsgid(group.value_or(::getegid()))),
          has_group_(group &&
                     (*group == ::getegid() || static_cast<gid_t>(::setfsgid(static_cast<gid_t>(-1))) == *group)),
          umask_before_(::umask(0777U & ~(has_group_ ? shared_mode : private_mode))) {}
    ~creation_rights() {
        (void)::umask(umask_before_);
        (void)::setfsgid(static_cast<gid_t>(gid_before_));
    }
    creation_rights(const creation_rights&) = delete;
    creation_rights& operator=(const creation_rights&) = delete;

    [[nodiscard]] bool has_group() const noexcept { return has_group_; }

private:
    int gid_before_;
    bool has_group_;
    mode_t umask_before_;
};

/// For a daemon that may not choose the group of what it makes, but is a member of it. What stands at `path` is held,
/// and changed only if it is a socket of our own.
void share(const std::filesystem::path& path, gid_t group, mode_t mode) {
    const system::unique_fd held(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    const bool is_ours =
        held && ::fstat(held.get(), &status) == 0 && S_ISSOCK(status.st_mode) && status.st_uid == ::geteuid();
    if (!is_ours ||
        (status.st_gid != group && ::fchownat(held.get(), "", static_cast<uid_t>(-1), group, AT_EMPTY_PATH) != 0)) {
        return;  // it stays with its owner
    }
    (void)::chmod(("/proc/self/fd/" + std::to_string(held.get())).c_str(), mode);
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
    std::filesystem::create_directories(system::folder_of(path_), ec);
    if (ec) {
        fail(path_, "cannot create its folder: " + ec.message() + "; create it, or name another place with --socket");
    }
    lock();
    remove_stale();
    socket_ = system::unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    bind(address, group);
    if (::listen(socket_.get(), waiting_max) != 0) {
        fail(path_, std::strerror(errno));
    }
}

void unix_listener::bind(const sockaddr_un& address, std::optional<gid_t> group) {
    bool has_group = false;
    {
        const creation_rights rights(group, mode_shared, mode_private);
        has_group = rights.has_group();
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            fail(path_, std::string(std::strerror(errno)) + "; name another place with --socket");
        }
    }
    if (group && !has_group) {
        share(path_, *group, mode_shared);
    }
    struct stat status{};
    (void)::lstat(path_.c_str(), &status);
    inode_ = status.st_ino;
}

unix_listener::~unix_listener() {
    struct stat status{};
    if (socket_ && ::lstat(path_.c_str(), &status) == 0 && status.st_ino == inode_) {
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
