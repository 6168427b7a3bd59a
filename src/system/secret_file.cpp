#include "system/secret_file.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/unique_fd.hpp"

namespace mayhem::system {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

[[noreturn]] void fail_to_read(const std::string& path, int error) {
    fail("cannot read " + path + ": " + std::generic_category().message(error) +
         (error == EACCES ? "; the user that runs mayhem must be able to read it" : ""));
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// At most so many bytes of a file that only those may read who may know it.
std::string read_private_file(const std::string& path, std::size_t bytes_max) {
    // Not to wait for a writer, should it be a pipe.
    const unique_fd opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!opened || ::fstat(opened.get(), &status) != 0) {
        fail_to_read(path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        fail(path + " is not a regular file");
    }
    if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
        fail(path + " holds a secret, but others can read it or change it: chmod 600 it");
    }
    std::string text(bytes_max, '\0');
    const ssize_t size = ::read(opened.get(), text.data(), text.size());
    if (size < 0) {
        fail_to_read(path, errno);
    }
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

std::string read_secret_file(const std::string& path) {
    std::string text = read_private_file(path, secret_bytes_max + 2);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) {
        text.pop_back();
    }
    if (text.empty() || text.size() > secret_bytes_max || std::ranges::any_of(text, is_control)) {
        fail("the first line of " + path + " must be the secret: 1 to " + std::to_string(secret_bytes_max) +
             " characters");
    }
    return text;
}

std::string read_secret_text(const std::string& path) {
    std::string text = read_private_file(path, secret_text_bytes_max + 1);
    if (text.empty() || text.size() > secret_text_bytes_max) {
        fail(path + " must hold a secret of 1 to " + std::to_string(secret_text_bytes_max) + " bytes");
    }
    return text;
}

}  // namespace mayhem::system
