#include "config/config_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/unique_fd.hpp"

namespace mayhem::app {

namespace {

core::failure<std::string> system_failure(int error) {
    return {"cannot be read: " + std::generic_category().message(error)};
}

core::failure<std::string> too_large() {
    return {"is larger than " + std::to_string(config_bytes_max) + " bytes: no config file needs that"};
}

core::result<std::string> read_all(int fd) {
    std::string text(config_bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
        if (got == 0) {
            text.resize(size);
            return text;
        }
        if (got < 0 && errno != EINTR) {
            return system_failure(errno);
        }
        size += got < 0 ? 0 : static_cast<std::size_t>(got);
    }
    return too_large();
}

core::result<std::string> read_text(const std::filesystem::path& file) {
    // Not to wait for a writer, should it be a pipe.
    const system::unique_fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened) {
        return system_failure(errno);
    }
    struct stat status{};
    if (::fstat(opened.get(), &status) != 0) {
        return system_failure(errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return core::failure{S_ISDIR(status.st_mode) ? "is a directory: name the file in it" : "is not a regular file"};
    }
    return status.st_size > static_cast<off_t>(config_bytes_max) ? too_large() : read_all(opened.get());
}

}  // namespace

config_result read_config_file(const std::filesystem::path& file) {
    const auto text = read_text(file);
    if (!text) {
        return core::failure{std::vector{settings::error{.file = file.string(), .text = text.error()}}};
    }
    return parse_config(*text, file.string());
}

}  // namespace mayhem::app
