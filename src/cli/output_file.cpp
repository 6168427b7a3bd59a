#include "cli/output_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/standard_output.hpp"
#include "system/unique_fd.hpp"
#include "system/write_all.hpp"

namespace mayhem::cli {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw cannot_write("cannot write to " + path.string() + ": " + std::generic_category().message(errno) +
                       "; name another file");
}

/// A file beside `target`, gone with this unless it takes its name. An error is in errno.
class draft {
public:
    explicit draft(const std::filesystem::path& target) : name_(target.string() + ".XXXXXX") {
        fd_ = system::unique_fd(::mkostemp(name_.data(), O_CLOEXEC));
    }
    ~draft() {
        if (fd_) {
            (void)::unlink(name_.c_str());  // nothing is lost
        }
    }
    draft(const draft&) = delete;
    draft& operator=(const draft&) = delete;

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(fd_); }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    bool rename_to(const std::filesystem::path& target) {
        if (::rename(name_.c_str(), target.c_str()) != 0) {
            return false;
        }
        fd_.reset();
        return true;
    }

private:
    std::string name_;
    system::unique_fd fd_;
};

mode_t mode_of_new_files() {
    const mode_t mask = ::umask(0077);
    (void)::umask(mask);
    return 0666U & ~mask;
}

std::filesystem::path without_links(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
    return error ? path : real;
}

}  // namespace

output_file::output_file(std::filesystem::path path) : path_(std::move(path)), target_(without_links(path_)) {
    struct stat status{};
    const bool exists = ::stat(path_.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        fail(path_);
    }
    const bool is_open_already = path_.native().starts_with("/dev/") || path_.native().starts_with("/proc/");
    if (!is_open_already && (!exists || S_ISREG(status.st_mode))) {
        is_replaced_ = static_cast<bool>(draft(target_));
    }
    if (!is_replaced_ && (!exists || ::access(path_.c_str(), W_OK) != 0)) {
        fail(path_);
    }
}

void output_file::write(std::string_view content) const {
    if (is_replaced_) {
        replace(content);
        return;
    }
    const system::unique_fd fd(::open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!fd || !system::write_all(fd.get(), content)) {
        fail(path_);
    }
}

void output_file::replace(std::string_view content) const {
    draft made(target_);
    if (!made) {
        fail(path_);
    }
    struct stat status{};
    if (::stat(target_.c_str(), &status) == 0) {
        (void)::fchown(made.fd(), status.st_uid,
                       status.st_gid);  // root's is not a user's; others may not, and need not
        (void)::fchmod(made.fd(), status.st_mode & 0777U);
    } else {
        (void)::fchmod(made.fd(), mode_of_new_files());
    }
    if (!system::write_all(made.fd(), content) || ::fsync(made.fd()) != 0 || !made.rename_to(target_)) {
        fail(path_);
    }
}

}  // namespace mayhem::cli
