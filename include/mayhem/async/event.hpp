#pragma once

#include <source_location>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"
#include "mayhem/async/detail/suspend.hpp"

namespace mayhem::async {

/// A flag that coroutines wait for, as asyncio's. The loop's thread only: to set it from another thread, `loop::post`.
/// Must outlive its waiters (asserted).
class event {
public:
    event() = default;
    ~event();
    event(const event&) = delete;
    event& operator=(const event&) = delete;

    /// Wakes all waiters, in the order in which they came, after the current step. Stays set until `clear`.
    void set();

    void clear() noexcept { is_set_ = false; }
    [[nodiscard]] bool is_set() const noexcept { return is_set_; }

    /// Returns once the event is set, at once if it is. A waiter that was woken returns even if the event has been
    /// cleared since. Cancellation ends the wait with `asio::error::operation_aborted`.
    [[nodiscard]] auto wait(std::source_location at = std::source_location::current()) noexcept {
        return detail::wait("event", at, enlist{this});
    }

private:
    struct enlist {
        event* self;
        void operator()(detail::branch& b) const noexcept;
    };

    bool is_set_ = false;
    detail::intrusive_list<detail::branch> waiters_;
};

}  // namespace mayhem::async
