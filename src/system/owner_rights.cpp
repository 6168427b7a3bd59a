#include "system/owner_rights.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <grp.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/folder_of.hpp"

namespace mayhem::system {

namespace {

constexpr auto nobody_asked = static_cast<uid_t>(-1);  // changes nothing, and tells

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
    throw std::system_error(error, std::generic_category(), file.string());
}

/// Who has laid a link on the way there, or owns the innermost folder that there is.
struct stat look_at_folder(const std::filesystem::path& file) {
    struct stat found{};
    std::filesystem::path folder = folder_of(file);
    for (std::filesystem::path way = folder; way != folder_of(way); way = folder_of(way)) {
        if (::lstat(way.c_str(), &found) == 0 && S_ISLNK(found.st_mode) && found.st_uid != 0) {
            return found;
        }
    }
    while (::stat(folder.c_str(), &found) != 0) {
        if (errno != ENOENT || folder == folder_of(folder)) {
            fail(folder, errno);
        }
        folder = folder_of(folder);
    }
    return found;
}

}  // namespace

owner_rights::owner_rights(const std::filesystem::path& file) {
    struct stat found{};
    const bool is_there = ::lstat(file.c_str(), &found) == 0;
    is_link_ = is_there && S_ISLNK(found.st_mode);
    if (::geteuid() != 0) {
        return;
    }
    if (!is_there || !S_ISREG(found.st_mode) || found.st_nlink != 1) {
        found = look_at_folder(file);
    }
    if (found.st_uid != 0) {
        drop(found.st_uid, found.st_gid);
    }
}

void owner_rights::drop(uid_t uid, gid_t gid) {
    const int count = ::getgroups(0, nullptr);
    groups_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (::getgroups(static_cast<int>(groups_.size()), groups_.data()) < 0 || ::setgroups(0, nullptr) != 0) {
        fail("the groups of root", errno);
    }
    has_dropped_ = true;
    (void)::setfsgid(gid);
    (void)::setfsuid(uid);  // takes root's capabilities over files away, too
    const bool is_done =
        static_cast<gid_t>(::setfsgid(nobody_asked)) == gid && static_cast<uid_t>(::setfsuid(nobody_asked)) == uid;
    if (!is_done) {
        restore();
        fail("user " + std::to_string(uid), EPERM);
    }
}

void owner_rights::restore() const noexcept {
    (void)::setfsuid(::geteuid());
    (void)::setfsgid(::getegid());
    (void)::setgroups(groups_.size(), groups_.data());
}

owner_rights::~owner_rights() {
    if (has_dropped_) {
        restore();
    }
}

}  // namespace mayhem::system
