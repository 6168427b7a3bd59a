#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"

namespace mayhem::ports {

/// One message, handed out under a lease. Copying it copies the right to settle it; only the first settles.
struct delivery {
    std::shared_ptr<const core::message> message;
    int attempt = 1;          ///< counted from 1 over all deliveries of this message
    std::uint64_t lease = 0;  ///< which lease; another delivery of the same message has another
};

/// Hands out messages under a lease. Whoever receives one must ack it, nack it or keep extending it; otherwise the
/// lease expires and the message is delivered again. Used on the loop's thread only.
class queue {
public:
    virtual ~queue() = default;

    /// Hands a message to the queue; waits while the queue is full, which holds back the publisher and nobody else.
    /// `attempts` is how often it was delivered before (a message of a former life).
    virtual async::awaitable<void> publish(std::shared_ptr<const core::message> m, int attempts = 0) = 0;

    /// Waits for the next message. Throws `asio::error::eof`-coded system_error once the queue is closed and drained.
    virtual async::awaitable<delivery> receive() = 0;

    /// Settles: done with. False if the lease was lost before.
    virtual async::awaitable<bool> ack(const delivery& d) = 0;

    /// Settles: deliver it again, not before `delay` from now. False if the lease was lost before.
    virtual async::awaitable<bool> nack(const delivery& d, std::chrono::nanoseconds delay) = 0;

    /// Settles: never deliver it again, keep it aside. False if the lease was lost before.
    virtual async::awaitable<bool> dead_letter(const delivery& d) = 0;

    /// Renews the lease from now on. Never waits. False if the lease is lost: somebody else has the message.
    virtual bool extend(const delivery& d) noexcept = 0;

    /// The queue's own housekeeping (expired leases, back-offs that are over): runs until cancelled. Spawned once.
    virtual async::awaitable<void> run() = 0;

    /// No more publishing and no more deliveries.
    virtual void close() noexcept = 0;

    /// How many messages are not settled: waiting, delayed or under a lease.
    [[nodiscard]] virtual std::size_t unsettled() const noexcept = 0;

    /// Takes everything that is not settled: waiting, delayed or under a lease. For shutdown, after `close`.
    virtual std::vector<std::shared_ptr<const core::message>> take_unsettled() = 0;
};

}  // namespace mayhem::ports
