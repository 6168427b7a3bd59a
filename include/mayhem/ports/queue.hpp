#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/message.hpp"

namespace mayhem::ports {

/// The queue's own handle of a lease: nobody else can read it. No two leases of one queue have the same.
enum class lease : std::uint64_t {};

/// One message, handed out under a lease. Copying it copies the right to settle it; only the first settles.
struct delivery {
    std::shared_ptr<const core::message> message;
    int attempt = 1;  ///< counted from 1 over all deliveries of this message
    ports::lease lease{};
    async::clock::time_point leased_at{};  ///< the lease began, in full length
};

/// How many messages are where.
struct queue_depth {
    std::size_t waiting = 0;  ///< for a delivery
    std::size_t leased = 0;
    std::size_t delayed = 0;  ///< until their back-off is over
};

/// Whoever gave the leases.
class leases {
public:
    virtual ~leases() = default;

    /// Renews these leases from now on, all at once. Returns those that are lost: somebody else has what they were for.
    /// `held` is read before the first wait. Nothing but a cancellation is thrown: who lives elsewhere is asked until
    /// there is an answer, and a lease counts as lost whose time is over meanwhile.
    virtual async::awaitable<std::vector<lease>> extend(std::span<const lease> held) = 0;
};

/// Hands out messages under a lease. Whoever receives one must ack it, nack it or keep extending it; otherwise the
/// lease expires and the message is delivered again.
///
/// Nothing but a cancellation is thrown, unless said otherwise: a queue that lives elsewhere tries until it has its
/// answer, and counts a lease as lost whose time is over meanwhile. Used on the loop's thread only.
class queue : public leases {
public:
    /// Whether the queue itself keeps what is not settled, and delivers it again to the next life of the daemon. If
    /// not, the journal does, and a life begins with publishing what the journal has left.
    [[nodiscard]] virtual bool keeps_messages() const noexcept = 0;

    /// Hands a message to the queue; waits while the queue is full, which holds back the publisher and nobody else.
    /// `attempts` is how often it was delivered before (a message of a former life). Throws
    /// `asio::error::eof`-coded system_error once the queue is closed.
    virtual async::awaitable<void> publish(std::shared_ptr<const core::message> m, int attempts = 0) = 0;

    /// Waits for the next message. Throws `asio::error::eof`-coded system_error once the queue is closed and drained.
    virtual async::awaitable<delivery> receive() = 0;

    /// Settles: done with. False if the lease was lost before.
    virtual async::awaitable<bool> ack(const delivery& d) = 0;

    /// Settles: deliver it again, not before `delay` from now. False if the lease was lost before.
    virtual async::awaitable<bool> nack(const delivery& d, std::chrono::nanoseconds delay) = 0;

    /// Settles: never deliver it again, keep it aside. False if the lease was lost before.
    virtual async::awaitable<bool> dead_letter(const delivery& d) = 0;

    /// The queue's own housekeeping (expired leases, back-offs that are over): runs until cancelled. Spawned once.
    virtual async::awaitable<void> run() = 0;

    /// No more publishing and no more deliveries.
    virtual void close() noexcept = 0;

    [[nodiscard]] virtual queue_depth depth() const noexcept = 0;

    /// How many messages of this process are not settled: waiting, being sent, delayed or under a lease.
    [[nodiscard]] virtual std::size_t unsettled() const noexcept = 0;

    /// What this process has a lease of.
    [[nodiscard]] virtual std::vector<std::shared_ptr<const core::message>> in_flight() const = 0;

    /// Takes everything that is not settled: waiting, delayed or under a lease. For shutdown, after `close`. Of a
    /// queue that keeps its messages, none: it has been told by `close`.
    virtual std::vector<std::shared_ptr<const core::message>> take_unsettled() = 0;
};

}  // namespace mayhem::ports
