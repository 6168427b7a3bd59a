#include "telemetry/descriptor_sink.hpp"

#include <cerrno>
#include <cstddef>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mayhem::telemetry {

descriptor_sink::descriptor_sink(int fd) : fd_(fd), kind_(kind::borrowed) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) {
        is_broken_ = true;
    } else if (S_ISSOCK(status.st_mode)) {
        kind_ = kind::socket;
    } else if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
        const std::string path = "/proc/self/fd/" + std::to_string(fd);
        const int own = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own >= 0) {
            fd_ = own;
            kind_ = kind::reopened;
        }
    }
}

descriptor_sink::~descriptor_sink() {
    if (kind_ == kind::reopened) {
        ::close(fd_);
    }
}

void descriptor_sink::sink_it_(const spdlog::details::log_msg& msg) {
    spdlog::memory_buf_t line;
    formatter_->format(msg, line);
    if (is_broken_ || !write_all({line.data(), line.size()})) {
        note_lost();
    }
}

bool descriptor_sink::write_all(std::string_view line) {
    while (!line.empty()) {
        // A borrowed pipe may be blocking, but takes this much at once when poll calls it writable.
        if (kind_ == kind::borrowed && !wait_until_writable(fd_)) {
            return false;
        }
        const long written = write_some(kind_ == kind::borrowed ? line.substr(0, PIPE_BUF) : line);
        if (written >= 0) {
            line.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            if (!wait_until_writable(fd_)) {
                return false;
            }
        } else if (errno != EINTR) {
            // A full disk may have room again; a reader that went away does not come back.
            is_broken_ = errno == EPIPE || errno == EBADF || errno == ECONNRESET;
            return false;
        }
    }
    return true;
}

long descriptor_sink::write_some(std::string_view line) const {
    if (kind_ == kind::socket) {
        return ::send(fd_, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    return ::write(fd_, line.data(), line.size());
}

}  // namespace mayhem::telemetry
