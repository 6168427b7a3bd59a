#include "stores/sqlite/store_lock.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {

namespace {

constexpr std::string_view locking_it = "cannot use the database";

struct flock whole_file() noexcept {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

std::string holder(int fd) {
    struct flock lock = whole_file();
    const bool is_known = ::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
    return is_known ? fmt::format("another mayhem (pid {})", lock.l_pid) : "another mayhem";
}

}  // namespace

store_lock::store_lock(const std::filesystem::path& database)
    : fd_(::open((database.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    const std::string file = database.string() + ".lock";
    if (fd_ < 0) {
        throw explain(locking_it, database, fmt::format("{} cannot be opened ({})", file, std::strerror(errno)),
                      "make it and its directory writable for the user that runs mayhem, or name another path");
    }
    (void)::fchmod(fd_, 0600);  // one of a former version; if it is somebody else's, he may keep it to himself
    struct flock lock = whole_file();
    if (::fcntl(fd_, F_SETLK, &lock) == 0) {
        return;
    }
    const int error = errno;
    const std::string who = holder(fd_);
    (void)::close(fd_);
    if (error == EACCES || error == EAGAIN) {
        throw explain(locking_it, database, who + " works with it, and two would restart things twice",
                      "stop that one, or give this one a database of its own (--store or [store] path)");
    }
    throw explain(locking_it, database, fmt::format("{} cannot be locked ({})", file, std::strerror(error)),
                  "name a path on a local file system");
}

store_lock::~store_lock() { (void)::close(fd_); }

}  // namespace mayhem::stores
