#include "control/http_server.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <microhttpd.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/microhttpd_callbacks.hpp"
#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::control {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds accept_retry{500};
constexpr std::chrono::seconds look_after_connections{1};

/// A copy of `fd` that Asio may own.
int duplicate(int fd) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch the control socket");
    }
    return copy;
}

/// Nobody is at the other end any more, or nobody who would ever send something again.
bool has_hung_up(int fd) noexcept {
    pollfd asked{.fd = fd, .events = POLLRDHUP, .revents = 0};
    return ::poll(&asked, 1, 0) > 0;
}

}  // namespace

http_server::http_server(async::loop& l, responder answer, async::task_group::failure_handler on_failure)
    : loop_(l),
      responder_(std::move(answer)),
      daemon_(MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr,
                               &microhttpd_callbacks::receive, this,                                 //
                               MHD_OPTION_CONNECTION_LIMIT, connections_max,                         //
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_max,                       //
                               MHD_OPTION_NOTIFY_COMPLETED, &microhttpd_callbacks::complete, this,   //
                               MHD_OPTION_NOTIFY_CONNECTION, &microhttpd_callbacks::notify, this,    //
                               MHD_OPTION_UNESCAPE_CALLBACK, &microhttpd_callbacks::unescape, this,  //
                               MHD_OPTION_STRICT_FOR_CLIENT, 1,                                      //
                               MHD_OPTION_END),
              &MHD_stop_daemon),
      group_(l, "control", std::move(on_failure)) {
    if (!daemon_) {
        throw std::runtime_error("cannot start the HTTP server of the control socket");
    }
    group_.spawn("serve", serve());
    group_.spawn("watch_sockets", watch_sockets());
}

http_server::~http_server() { MAYHEM_ASSERT(!daemon_, "an http_server is stopped before its end"); }

void http_server::accept_on(int listening) { group_.spawn("accept", accept_all(listening)); }

async::awaitable<void> http_server::accept_all(int listening) {
    const async::frame here;
    descriptor readable(loop_.get_executor(), duplicate(listening));
    for (;;) {
        co_await readable.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
        if (!accept_one(listening)) {
            co_await async::sleep_for(accept_retry);
        }
    }
}

bool http_server::accept_one(int listening) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd = ::accept4(listening, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        return errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS;
    }
    if (!has_room_for(address.ss_family)) {
        ::close(fd);
        return true;
    }
    // At the limit libmicrohttpd closes it, which is an answer, too.
    (void)MHD_add_connection(daemon_.get(), fd, reinterpret_cast<const sockaddr*>(&address), size);
    work_waits_.set();
    return true;
}

bool http_server::has_room_for(sa_family_t family) const {
    return family == AF_UNIX ||
           std::ranges::count_if(connections_, &connection::is_tcp) < std::ptrdiff_t{tcp_connections_max};
}

async::awaitable<void> http_server::serve() {
    const async::frame here;
    for (;;) {
        const async::clock::duration limit = time_to_wait();
        if (limit == 0ns) {
            co_await async::yield();
        } else {
            (void)co_await async::with_timeout(work_waits_.wait(), limit);
        }
        work_waits_.clear();
        (void)MHD_run(daemon_.get());  // fails for a daemon with threads only
        end_overdue();
        work_done_.set();
    }
}

async::awaitable<void> http_server::watch_sockets() {
    const async::frame here;
    const MHD_DaemonInfo* const info = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD);
    descriptor events(loop_.get_executor(), duplicate(info->epoll_fd));
    for (;;) {
        co_await events.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
        work_done_.clear();
        work_waits_.set();
        co_await work_done_.wait();
    }
}

async::clock::duration http_server::time_to_wait() const {
    if (connections_.empty()) {
        return async::clock::duration::max();  // an idle daemon is not woken
    }
    MHD_UNSIGNED_LONG_LONG limit_ms = 0;
    const bool is_limited = MHD_get_timeout(daemon_.get(), &limit_ms) == MHD_YES;
    return is_limited ? std::min<async::clock::duration>(std::chrono::milliseconds{limit_ms}, look_after_connections)
                      : look_after_connections;
}

exchange& http_server::begin(MHD_Connection* c) {
    exchanges_.emplace_back();
    exchange& e = exchanges_.back();
    e.self = std::prev(exchanges_.end());
    e.connection = c;
    const MHD_ConnectionInfo* const info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    e.on = static_cast<connection*>(info->socket_context);
    return e;
}

async::awaitable<void> http_server::answer(exchange& e) {
    const async::frame here;
    response made;
    e.on->deadline = async::clock::time_point::max();
    try {
        made = co_await responder_(e.asked);
    } catch (const std::exception& error) {
        made = error_response(async::is_cancellation(std::current_exception()) ? 503 : 500, error.what());
    }
    e.on->deadline = loop_.now() + exchange_max;
    e.stream = made.stream;
    if (e.stream) {
        e.on->deadline = async::clock::time_point::max();
        e.stream_moved = loop_.now();
        e.stream->on_change([this, &e] { resume(e); });
    }
    e.answer = std::move(made);
    resume(e);
}

void http_server::resume(exchange& e) {
    microhttpd_callbacks::resume(e);
    work_waits_.set();
}

void http_server::end_overdue() {
    const async::clock::time_point now = loop_.now();
    for (exchange& e : exchanges_) {
        if (!e.stream) {
            continue;
        }
        if (e.stream_moved == async::clock::time_point{}) {
            e.stream_moved = now;
        } else if (e.is_suspended && has_hung_up(e.on->fd)) {
            e.on->deadline = now;
            e.stream->close();  // libmicrohttpd does not look at a connection that is set aside
        } else if (e.is_suspended && now - e.stream_moved >= heartbeat) {
            e.stream_moved = now;
            (void)e.stream->append(": still here\n\n");
        } else if (e.stream->is_overrun() || (!e.is_suspended && now - e.stream_moved >= 2 * heartbeat)) {
            e.on->deadline = now;  // takes nothing any more
        }
    }
    for (const connection& c : connections_) {
        if (c.deadline <= now) {
            (void)::shutdown(c.fd, SHUT_RDWR);  // libmicrohttpd sees its end and closes it
        }
    }
}

async::awaitable<void> http_server::stop() {
    const async::frame here;
    group_.cancel();
    co_await group_.join();
    for (exchange& e : exchanges_) {
        microhttpd_callbacks::resume(e);
    }
    daemon_.reset();
}

}  // namespace mayhem::control
