#pragma once

#include <functional>
#include <list>
#include <memory>

#include <sys/socket.h>

#include "control/exchange.hpp"
#include "control/http.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "system/unique_fd.hpp"

struct MHD_Daemon;

namespace mayhem::control {

/// HTTP/1.1 on the loop: libmicrohttpd parses and sends, without a thread of its own, whenever its epoll descriptor is
/// readable. Each request is answered by a coroutine, while which its connection is set aside.
///
/// No client can hold the loop or the daemon: connections, their memory, the size of a request, and the time that it
/// takes to send it, and to take the answer, are bounded; what exceeds a bound is answered with an error where that is
/// possible and cut off where it is not. The time in between is the responder's: its answer must come.
///
/// `stop` comes before the destructor. The loop's thread only.
class http_server {
public:
    static constexpr unsigned connections_max = 64;
    static constexpr unsigned tcp_connections_max = 40;     ///< of these: whoever has the Unix socket is never shut out
    static constexpr std::size_t memory_max = 32UL * 1024;  ///< of a connection, in bytes: the request line and headers
    static constexpr std::size_t body_max = 64UL * 1024;
    static constexpr std::chrono::seconds exchange_max{15};  ///< also: how long a connection may be idle
    static constexpr std::chrono::seconds heartbeat{15};  ///< on a stream without news, to find who left without a word

    using responder = std::function<async::awaitable<response>(request)>;

    /// Throws `std::runtime_error` when libmicrohttpd cannot start.
    http_server(async::loop& l, responder answer, async::task_group::failure_handler on_failure);
    ~http_server();
    http_server(const http_server&) = delete;
    http_server& operator=(const http_server&) = delete;

    /// Accepts connections on a listening socket, which stays the caller's and must stay open until `stop`.
    void accept_on(int listening);

    /// Ends all connections, whatever they wait for. At once, but for the coroutines, which are cancelled.
    async::awaitable<void> stop();

private:
    friend struct microhttpd_callbacks;
    using descriptor = asio::posix::basic_stream_descriptor<async::executor>;

    async::awaitable<void> serve();
    async::awaitable<void> watch_sockets();
    async::awaitable<void> accept_all(int listening);
    async::awaitable<void> answer(exchange& e);
    [[nodiscard]] bool accept_one(int listening);
    [[nodiscard]] bool has_room_for(sa_family_t family) const;
    [[nodiscard]] async::clock::duration time_to_wait() const;
    void resume(exchange& e);
    void end_overdue();
    exchange& begin(MHD_Connection* c);

    async::loop& loop_;
    const responder responder_;
    std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)> daemon_;
    std::list<connection> connections_;
    std::list<exchange> exchanges_;
    async::event work_waits_;  ///< libmicrohttpd has something to do
    async::event work_done_;
    async::task_group group_;
};

}  // namespace mayhem::control
