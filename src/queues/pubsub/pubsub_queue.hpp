#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/request_queue.hpp"
#include "queues/pubsub/pubsub_link.hpp"
#include "queues/pubsub/pubsub_settings.hpp"
#include "queues/pubsub/pubsub_text.hpp"

namespace mayhem::queues {

/// Requests from a subscription of Google Cloud Pub/Sub, over its REST interface: one pull at a time, which waits at
/// Pub/Sub and is never cut short, because what it brings would be lost until its deadline. A lease is the delivery's
/// acknowledgement deadline, in whole seconds, first of all set to the full length. The time is kept here, from before
/// the question was sent, and what was not confirmed within the lease counts as lost; with exactly-once delivery
/// Pub/Sub tells by itself.
///
/// Pub/Sub has no nack with a delay of less than 10 s: a delay of 0 is a deadline of 0, any other one a deadline of 10
/// to 600 s that is left to pass. How often something was delivered it tells only with a dead letter policy, which a
/// subscription of ours has not: then each delivery counts as the first.
class pubsub_queue final : public ports::request_queue {
public:
    /// Reads the requests for `host`. `l` outlives it. `random` is for the pauses. Throws
    /// `std::runtime_error` for an endpoint to which no access token may be sent.
    pubsub_queue(async::loop& l, pubsub_settings s, std::string host, core::random_source random);

    async::awaitable<ports::asked_request> receive() override;
    async::awaitable<bool> ack(ports::lease of) override;
    async::awaitable<bool> nack(ports::lease of, std::chrono::nanoseconds delay) override;
    async::awaitable<bool> dead_letter(ports::lease of, std::string why) override;
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override;
    [[nodiscard]] std::chrono::nanoseconds lease_length() const noexcept override { return lease_; }
    async::awaitable<void> publish(std::string host, std::string id, std::string body) override;
    async::awaitable<std::string> prepare() override;
    async::awaitable<void> run() override;
    [[nodiscard]] const std::string& trouble() const noexcept override {
        return trouble_.empty() ? dead_letter_trouble_ : trouble_;
    }

private:
    struct waiter {
        async::event came;
        std::optional<ports::asked_request> asked;
    };

    struct held {
        std::string ack_id;
        std::string name;
        std::string body;
        async::clock::time_point until;
    };

    class place;

    async::awaitable<void> pull();
    async::awaitable<void> take(pulled p);
    async::awaitable<std::optional<async::clock::time_point>> begin_lease(std::string ack_id);
    async::awaitable<void> give_back();
    void throw_away(std::string ack_id);

    /// Sets the deadline of deliveries, or without one acknowledges them.
    async::awaitable<std::vector<ack_verdict>> speak(std::vector<std::string> ack_ids,
                                                     std::optional<std::chrono::seconds> deadline,
                                                     std::chrono::nanoseconds limit);
    async::awaitable<bool> settle(ports::lease of, std::optional<std::chrono::seconds> deadline);
    async::awaitable<bool> keep_aside(ports::lease of, std::string why);
    async::awaitable<std::string> make(pubsub_place what, std::string body);
    async::awaitable<void> pause(int failures, async::clock::time_point latest);
    void note(const pubsub_answer& a);

    /// Whose lease is not over; otherwise null.
    [[nodiscard]] const held* find(ports::lease of) const;
    [[nodiscard]] std::chrono::nanoseconds time_to_ask(async::clock::time_point until) const;
    [[nodiscard]] pubsub_place topic(const std::string& name) const;

    async::loop& loop_;
    const pubsub_settings settings_;
    const std::string host_;
    const std::chrono::seconds lease_;
    const pubsub_place subscription_;
    core::random_source random_;
    pubsub_link link_;
    std::string trouble_ = "it has not been reached yet";
    std::string dead_letter_trouble_;
    std::uint64_t next_ = 0;
    std::map<ports::lease, held> held_;
    std::list<waiter*> waiters_;  ///< who came first is served first
    async::event is_wanted_;
    std::deque<std::string> unwanted_;  ///< what came for one who does not wait any more, by ack id
    async::event is_unwanted_;
};

}  // namespace mayhem::queues
