#pragma once

#include <memory>
#include <string>

#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/random.hpp"
#include "queues/jetstream/jetstream_settings.hpp"
#include "queues/jetstream/nats_wire.hpp"

struct __natsConnection;    // NOLINT(bugprone-reserved-identifier): libnats' name
struct __natsSubscription;  // NOLINT(bugprone-reserved-identifier): likewise

namespace mayhem::queues {

/// A NATS connection through libnats. Its functions take a lock that the library holds while it connects, which lasts
/// up to 2 s for each server that does not answer; so one thread of ours makes all calls, and the loop never waits for
/// one. What the library says on its own threads is handed to the loop. It connects again by itself when a connection
/// is lost; what is sent meanwhile is not kept to be sent later.
///
/// The loop's thread only; `run` ends before the destructor.
class nats_link final : public nats_wire {
public:
    /// `l` outlives it. `random` is for the names of the inboxes and for the pauses. Throws `std::system_error` when
    /// the system refuses the thread.
    nats_link(async::loop& l, jetstream_settings s, core::random_source random);
    ~nats_link() override;

    async::awaitable<bool> publish(std::string subject, std::string reply, std::string data, std::string id) override;
    async::awaitable<void> run(receiver on_message, std::function<void()> on_change) override;
    [[nodiscard]] bool is_connected() const noexcept override { return is_connected_; }
    [[nodiscard]] const std::string& trouble() const noexcept override { return trouble_; }
    [[nodiscard]] const std::string& inbox() const noexcept override { return inbox_; }

private:
    class mailbox;

    async::awaitable<void> connect();
    async::awaitable<void> close();
    void note_lost();
    void note_connected();
    void note_closed();

    async::loop& loop_;
    const jetstream_settings settings_;
    core::random_source random_;
    const std::string inbox_;
    std::string trouble_;
    bool is_connected_ = false;
    async::event closed_;
    receiver on_message_;
    std::function<void()> on_change_;
    std::shared_ptr<mailbox> mailbox_;            ///< of the connection that stands, for the library's threads
    __natsConnection* connection_ = nullptr;      ///< touched by our thread alone
    __natsSubscription* subscription_ = nullptr;  ///< likewise
    async::thread_pool thread_{1, "mayhem-nats"};
};

}  // namespace mayhem::queues
