#include "http/socket_watch.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mayhem::http {

namespace {

using base = asio::posix::descriptor_base;

int copy_of(int fd) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch a socket");
    }
    return copy;
}

}  // namespace

socket_watch::socket_watch(async::loop& l, int fd, callback on_ready)
    : fd_(fd), on_ready_(std::move(on_ready)), copy_(l.get_executor()) {
    const int copy = copy_of(fd);
    asio::error_code failed;
    copy_.assign(copy, failed);
    if (failed) {
        ::close(copy);
        throw std::system_error(failed, "cannot watch a socket");
    }
}

void socket_watch::want(readiness wanted) {
    wanted_ = wanted;
    if (wanted_.readable && !std::exchange(armed_.readable, armed_.readable || wanted_.readable)) {
        wait(base::wait_read);
    }
    if (wanted_.writable && !std::exchange(armed_.writable, armed_.writable || wanted_.writable)) {
        wait(base::wait_write);
    }
}

void socket_watch::close() noexcept {
    on_ready_ = nullptr;
    asio::error_code ignored;
    copy_.close(ignored);  // a closed copy has nothing more to say
}

void socket_watch::wait(base::wait_type direction) {
    copy_.async_wait(direction, [self = shared_from_this(), direction](const asio::error_code& ec) {
        self->tell(direction, static_cast<bool>(ec));
    });
}

void socket_watch::tell(base::wait_type direction, bool failed) {
    const bool is_read = direction == base::wait_read;
    (is_read ? armed_.readable : armed_.writable) = false;
    const bool is_wanted = is_read ? wanted_.readable : wanted_.writable;
    if (on_ready_ && (is_wanted || failed)) {
        on_ready_(fd_, {.readable = is_read, .writable = !is_read});
    }
}

}  // namespace mayhem::http
