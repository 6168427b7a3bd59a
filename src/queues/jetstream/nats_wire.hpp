#pragma once

#include <functional>
#include <string>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::queues {

/// What came for one of our inboxes.
struct nats_message {
    std::string inbox;  ///< which of them; of what was pulled from a stream, its subject there
    std::string reply;  ///< where an answer to it is to be sent
    std::string data;
    int status = 0;  ///< of a message that has no data: 404, 408, 503 (nobody answers there); 0: it is an ordinary one
    std::string status_text;
};

/// A connection to a NATS server: what JetStream's requests and answers travel on. The loop's thread only.
class nats_wire {
public:
    virtual ~nats_wire() = default;

    /// Sends `data` to `subject`; what is answered comes to the inbox `reply`, unless it is empty. `id` stands in the
    /// header Nats-Msg-Id, unless it is empty. False: it was not sent. Throws nothing but a cancellation.
    virtual async::awaitable<bool> publish(std::string subject, std::string reply, std::string data,
                                           std::string id) = 0;

    using receiver = std::function<void(nats_message)>;

    /// Keeps the connection until it is cancelled, and hands over what comes for the inboxes. `on_change`: it stands,
    /// or it does not any more. Neither may throw. Spawned once.
    virtual async::awaitable<void> run(receiver on_message, std::function<void()> on_change) = 0;

    [[nodiscard]] virtual bool is_connected() const noexcept = 0;

    /// Why there is no connection; empty: there is, or nobody has tried yet.
    [[nodiscard]] virtual const std::string& trouble() const noexcept = 0;

    /// How the names of our inboxes begin, without the last dot.
    [[nodiscard]] virtual const std::string& inbox() const noexcept = 0;
};

}  // namespace mayhem::queues
