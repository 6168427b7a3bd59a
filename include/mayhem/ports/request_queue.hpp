#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/ports/queue.hpp"

namespace mayhem::ports {

/// What somebody outside has written, handed out under a lease: who receives it settles it or keeps extending it,
/// otherwise it is delivered again, here or elsewhere.
struct asked_request {
    std::string body;
    std::string name;  ///< how its queue calls it, for people: "MAYHEM/17"
    ports::lease lease{};
    async::clock::time_point leased_at{};  ///< the lease began, in full length
    int delivery = 1;                      ///< counted from 1 over all deliveries of this request, to anybody
};

/// Where requests come from that somebody outside makes: a subscription to a broker, which keeps what is not settled.
/// Nothing of a request is on record here before its lease is granted; whoever gets one decides what it means.
///
/// Nothing but a cancellation is thrown: while the broker is away, nothing is received, and what is asked of it is
/// asked again until the lease is over. Used on the loop's thread only; `run` and whoever waits end before the
/// destructor.
class request_queue : public leases {
public:
    /// Waits for the next request. What comes for one who does not wait any more goes back at once.
    virtual async::awaitable<asked_request> receive() = 0;

    /// Settles: done with. False if nobody knows whether the broker has heard it: then the request may come again.
    virtual async::awaitable<bool> ack(lease of) = 0;

    /// Settles: deliver it again, to anybody, not before `delay` from now. False as in `ack`.
    virtual async::awaitable<bool> nack(lease of, std::chrono::nanoseconds delay) = 0;

    /// Settles: never deliver it again; it is kept aside, with `why`, where there is a place for that. False as in
    /// `ack`, and when it could not be kept aside: then it comes again.
    virtual async::awaitable<bool> dead_letter(lease of, std::string why) = 0;

    /// How long a lease lasts from its beginning, or its last extension.
    [[nodiscard]] virtual std::chrono::nanoseconds lease_length() const noexcept = 0;

    /// Puts a request for `host` into it, and waits until it is kept there. `id` is the request's: a second one with
    /// the same may be taken for the first. Throws `std::runtime_error` with the reason. Needs `run`.
    virtual async::awaitable<void> publish(std::string host, std::string id, std::string body) = 0;

    /// Makes at the broker what this queue needs and is not there. Returns what it has made, for people; empty: all of
    /// it was there. Throws `std::runtime_error` with the reason. Needs `run`.
    virtual async::awaitable<std::string> prepare() = 0;

    /// Keeps the way to the broker open, until cancelled. Spawned once.
    virtual async::awaitable<void> run() = 0;

    /// Why nothing is received now, and what to do; empty: it is.
    [[nodiscard]] virtual const std::string& trouble() const noexcept = 0;
};

}  // namespace mayhem::ports
