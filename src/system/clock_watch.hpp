#pragma once

#include <system_error>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"
#include "system/wait_ready.hpp"

namespace mayhem::system {

/// Tells when the host's calendar (CLOCK_REALTIME) has jumped against its steady clock (CLOCK_MONOTONIC): somebody or
/// NTP has set it, or the host was suspended, during which the steady clock stands still. A clock that NTP slews does
/// not jump, because the steady clock is slewed with it.
///
/// It is a timer that expires never and is cancelled by the kernel when the clock is set (timerfd_create(2),
/// TFD_TIMER_CANCEL_ON_SET): one descriptor, and nothing wakes up while nothing happens. The manual names settings of
/// the clock only; the kernel does the same on resume, in `timekeeping_resume`: by `timerfd_resume` since Linux 5.15,
/// before that by `clock_was_set_delayed`, and then only with high-resolution timers. Neither covers a process that was
/// checkpointed and restored: who relies on this looks at the calendar once in a while all the same.
///
/// The loop's thread only.
class clock_watch {
public:
    /// Watches from here on. `l` outlives it.
    explicit clock_watch(async::loop& l);

    /// Waits until the calendar has jumped since the last call returned, or since construction; several jumps in a row
    /// may count as one, which is told after the last of them. An error means that it cannot be told, now or ever:
    /// there is no such timer to be had. Cancellable; a cancelled wait loses no jump.
    [[nodiscard]] async::awaitable<std::error_code> wait();

private:
    descriptor timer_;
    std::error_code trouble_;
};

}  // namespace mayhem::system
