#include "system/clock_watch.hpp"

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <limits>

#include <sys/timerfd.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/use_awaitable.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::system {

namespace {

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

std::error_code arm(int timer) noexcept {
    constexpr itimerspec never{.it_interval = {},
                               .it_value = {.tv_sec = std::numeric_limits<time_t>::max(), .tv_nsec = 0}};
    const bool is_armed = ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0 ||
                          errno == ECANCELED;  // armed, and the clock was set since the last time
    return is_armed ? std::error_code() : last_error();
}

}  // namespace

clock_watch::clock_watch(async::loop& l) : timer_(l.get_executor()) {
    unique_fd timer(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
    trouble_ = timer ? arm(timer.get()) : last_error();
    if (!trouble_) {
        (void)timer_.assign(timer.get(), trouble_);
    }
    if (!trouble_) {
        (void)timer.release();  // the descriptor owns it from here
    }
}

async::awaitable<std::error_code> clock_watch::wait() {
    const async::frame here;
    while (!trouble_) {
        co_await timer_.async_wait(descriptor::wait_read, async::use_awaitable);
        std::uint64_t expired = 0;
        const bool has_expired = ::read(timer_.native_handle(), &expired, sizeof expired) >= 0;
        if (has_expired) {
            trouble_ = {ETIME, std::generic_category()};  // it would again, at once
        } else if (errno == ECANCELED) {
            trouble_ = arm(timer_.native_handle());
            co_return std::error_code();
        } else if (errno != EAGAIN && errno != EINTR) {
            trouble_ = last_error();
        }
    }
    co_return trouble_;
}

}  // namespace mayhem::system
