#include "system/wait_ready.hpp"

#include <poll.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/use_awaitable.hpp"

namespace mayhem::system {

namespace {

bool is_ready(int fd, descriptor::wait_type what) noexcept {
    pollfd asked{.fd = fd, .events = POLLIN, .revents = 0};
    if (what == descriptor::wait_write) {
        asked.events = POLLOUT;
    }
    return ::poll(&asked, 1, 0) != 0;  // or it cannot be asked, and whoever uses it finds out why
}

}  // namespace

async::awaitable<void> wait_ready(descriptor& d, descriptor::wait_type what) {
    const async::frame here;
    do {
        co_await d.async_wait(what, async::use_awaitable);
    } while (!is_ready(d.native_handle(), what));
}

}  // namespace mayhem::system
