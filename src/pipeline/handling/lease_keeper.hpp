#pragma once

#include <chrono>
#include <cstddef>

#include "mayhem/async/event.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"

namespace mayhem::pipeline {

/// Extends the leases of all messages that are being handled: the talk's `extend`, without a coroutine and a timer for
/// each. All are extended equally often, so the order in which they were last extended is the order in which they are
/// due: arming and ending cost a link in a list, and one task (`run`) watches the oldest and asks the queue for all
/// that are due, at most `batch_max` at once. The loop's thread only.
class lease_keeper {
public:
    static constexpr std::size_t batch_max = 1000;

    /// Extends every `period`, which must be well below the queue's lease. `length` is what an extension is worth (for
    /// the log).
    lease_keeper(async::loop& l, ports::leases& q, ports::observer& o, std::chrono::nanoseconds period,
                 std::chrono::nanoseconds length);

    /// Keeps one lease alive, from construction to destruction, after which it is never extended again. A lease that
    /// was just granted needs no extension, and is told as the first one. `d` must outlive it.
    class hold : private async::detail::list_hook {
    public:
        hold(lease_keeper& keeper, const ports::delivery& d);
        ~hold();
        hold(const hold&) = delete;
        hold& operator=(const hold&) = delete;

        /// An extension came too late: the queue has given the message to somebody else, who will settle it.
        [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }

    private:
        friend class lease_keeper;
        template <typename Element, typename Hook>
        friend class async::detail::intrusive_list;

        lease_keeper& keeper_;
        const ports::delivery& delivery_;
        async::clock::time_point due_;
        bool is_lost_ = false;
    };

    /// Runs until cancelled; spawn it once.
    async::awaitable<void> run();

private:
    async::awaitable<void> extend_due();
    void note_extended(hold& h, async::clock::time_point from);

    async::loop& loop_;
    ports::leases& queue_;
    ports::observer& observer_;
    const std::chrono::nanoseconds period_;
    const core::duration length_;
    async::detail::intrusive_list<hold> by_due_;
    async::detail::intrusive_list<hold> asked_;  ///< the queue has not answered yet
    async::event held_;
};

}  // namespace mayhem::pipeline
