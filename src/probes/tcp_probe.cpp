#include "probes/tcp_probe.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "probes/not_asked.hpp"
#include "system/unique_fd.hpp"
#include "system/wait_ready.hpp"

namespace mayhem::probes {

namespace {

struct address_deleter {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

struct resolution {
    std::unique_ptr<addrinfo, address_deleter> addresses;
    std::string trouble;  ///< why there are none
};

resolution resolve(const tcp_probe_settings& settings) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(settings.host.c_str(), settings.port.c_str(), &hints, &found);
    resolution result;
    result.addresses.reset(error == 0 ? found : nullptr);
    result.trouble = error == 0 ? "" : ::gai_strerror(error);
    return result;
}

/// Empty when the connection was accepted, otherwise why not.
async::awaitable<std::string> try_to_connect(const addrinfo& address) {
    const async::frame here;
    system::unique_fd socket(
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
    if (!socket) {
        co_return std::strerror(errno);
    }
    const int begun = ::connect(socket.get(), address.ai_addr, address.ai_addrlen);
    if (begun == 0 || errno != EINPROGRESS) {
        co_return begun == 0 ? "" : std::strerror(errno);
    }
    system::descriptor connecting(async::this_loop().get_executor());
    connecting.assign(socket.get());
    (void)socket.release();  // the descriptor owns it from here
    co_await system::wait_ready(connecting, system::descriptor::wait_write);
    int error = 0;
    socklen_t size = sizeof error;
    const bool is_known = ::getsockopt(connecting.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) == 0;
    co_return is_known&& error == 0 ? "" : std::strerror(is_known ? error : errno);
}

}  // namespace

tcp_probe::tcp_probe(tcp_probe_settings settings, std::chrono::nanoseconds timeout, async::blocking& pool)
    : settings_(std::move(settings)), timeout_(timeout), pool_(pool) {}

std::string tcp_probe::describe() const {
    const bool is_v6 = settings_.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + settings_.host + "]" : settings_.host) + ":" + settings_.port;
}

async::awaitable<ports::probe_result> tcp_probe::ask(const core::target&) {
    const async::frame here;
    std::optional<ports::probe_result> answer;
    try {
        answer = co_await async::with_timeout(connect(), timeout_);
    } catch (...) {
        answer = not_asked(describe());
    }
    if (!answer) {
        answer.emplace();
        answer->detail = describe() + " did not answer within " + core::format_duration(timeout_);
    }
    co_return std::move(*answer);
}

async::awaitable<ports::probe_result> tcp_probe::connect() {
    const async::frame here;
    const resolution found = co_await async::run_blocking(pool_, [this] { return resolve(settings_); });
    ports::probe_result result;
    result.detail = describe() + " has no address: " + found.trouble;
    for (const addrinfo* a = found.addresses.get(); a != nullptr && !result.passes; a = a->ai_next) {
        const std::string trouble = co_await try_to_connect(*a);
        result.passes = trouble.empty();
        result.detail = describe() + (result.passes ? " accepts connections" : " cannot be reached: " + trouble);
    }
    co_return result;
}

}  // namespace mayhem::probes
