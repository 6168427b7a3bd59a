#pragma once

#include <functional>
#include <memory>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::http {

/// Says when a socket that belongs to somebody else can be read or written. It watches a copy of the descriptor, so
/// the owner may close the original at any moment. Held by `std::shared_ptr`: a wait that is under way keeps it alive,
/// and after `close` tells nobody. The loop's thread only.
class socket_watch : public std::enable_shared_from_this<socket_watch> {
public:
    struct readiness {
        bool readable = false;
        bool writable = false;
    };
    using callback = std::function<void(int fd, readiness ready)>;

    /// `on_ready` must not throw. Throws `std::system_error` when there is no descriptor left for the copy.
    socket_watch(async::loop& l, int fd, callback on_ready);

    /// From now on `wanted` is watched. Each readiness is told once; then it has to be wanted again.
    void want(readiness wanted);

    /// Nothing is told any more.
    void close() noexcept;

private:
    void wait(asio::posix::descriptor_base::wait_type direction);
    void tell(asio::posix::descriptor_base::wait_type direction, bool failed);

    const int fd_;
    callback on_ready_;
    readiness wanted_;
    readiness armed_;
    asio::posix::basic_stream_descriptor<async::executor> copy_;
};

}  // namespace mayhem::http
