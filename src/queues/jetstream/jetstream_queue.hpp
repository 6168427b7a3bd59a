#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/request_queue.hpp"
#include "queues/jetstream/jetstream_settings.hpp"
#include "queues/jetstream/nats_wire.hpp"

namespace mayhem::queues {

/// Requests from a stream of NATS JetStream, through a durable consumer of our own that pulls. A lease is the
/// consumer's AckWait; every word about it is asked for as a request, so that it is known to have been heard.
///
/// JetStream does not tell that a lease is lost: whoever comes too late is answered all the same. So the time is kept
/// here, from before the question was sent, and what was not confirmed within the lease counts as lost.
class jetstream_queue final : public ports::request_queue {
public:
    /// Reads the requests for `host`. `l` outlives it.
    jetstream_queue(async::loop& l, jetstream_settings s, const std::string& host, std::unique_ptr<nats_wire> wire);

    async::awaitable<ports::asked_request> receive() override;
    async::awaitable<bool> ack(ports::lease of) override;
    async::awaitable<bool> nack(ports::lease of, std::chrono::nanoseconds delay) override;
    async::awaitable<bool> dead_letter(ports::lease of, std::string why) override;
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override;
    [[nodiscard]] std::chrono::nanoseconds lease_length() const noexcept override { return settings_.lease; }
    async::awaitable<void> publish(std::string host, std::string id, std::string body) override;
    async::awaitable<std::string> prepare() override;
    async::awaitable<void> run() override;
    [[nodiscard]] const std::string& trouble() const noexcept override {
        return wire_->trouble().empty() ? trouble_ : wire_->trouble();
    }

private:
    /// What somebody waits for at an inbox.
    struct waiter {
        async::event came;
        std::optional<nats_message> message;
    };

    struct held {
        std::string reply;
        std::string name;
        std::string body;
        async::clock::time_point until;
    };

    class place;

    /// Asks once. Nothing: it was not sent, or nobody answered in time.
    async::awaitable<std::optional<nats_message>> call(std::string subject, std::string data, std::string id = {},
                                                       std::chrono::nanoseconds limit = call_max);
    async::awaitable<bool> say(ports::lease of, std::string text);
    async::awaitable<bool> keep_aside(std::string text, std::string id, async::clock::time_point until);
    async::awaitable<bool> extend_one(ports::lease of);
    async::awaitable<std::string> find_consumer();
    async::awaitable<void> watch_consumer();
    async::awaitable<void> give_back();
    async::awaitable<void> wait_until_connected(std::chrono::nanoseconds limit);
    [[nodiscard]] waiter* find_waiter(const nats_message& m);
    void receive_message(nats_message m);
    void throw_away(std::string reply);
    void change_readiness(bool is_ready);
    void change_connection();
    [[nodiscard]] std::optional<ports::asked_request> grant(nats_message m);

    static constexpr std::chrono::seconds call_max{2};

    async::loop& loop_;
    const jetstream_settings settings_;
    const std::string filter_;
    const std::string consumer_;
    std::unique_ptr<nats_wire> wire_;
    std::string trouble_ = "it has not been reached yet";
    async::event ready_;       ///< the consumer is there, and as it should be
    async::event look_again_;  ///< at the connection and the consumer
    std::uint64_t next_ = 0;
    std::map<std::string, waiter*> waiters_;  ///< by inbox
    std::vector<waiter*> pulls_;              ///< those of them that wait for a request, the oldest first
    std::map<ports::lease, held> held_;
    std::deque<std::string> unwanted_;  ///< replies of what came for one who does not wait any more
    async::event is_unwanted_;
};

}  // namespace mayhem::queues
