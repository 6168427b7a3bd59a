#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mayhem::queues {

/// Which NATS server a queue of requests speaks to, as whom, and what it reads there.
struct jetstream_settings {
    std::vector<std::string> servers{};  ///< "nats://host:4222", "tls://host:4222"
    std::string stream = "MAYHEM";
    std::string subject = "mayhem.requests.{host}";  ///< where a host's requests stand
    std::string consumer = "mayhem-{host}";          ///< the durable one whose place in the stream is the host's
    std::string dead_letter{};  ///< the subject for what is given up; empty: none, and it is only logged

    std::string user{};
    std::string password_file{};  ///< its first line is the password
    std::string credentials{};    ///< a .creds file: the server's JWT and the seed
    std::string ca{};             ///< who signs the servers' certificates (PEM)
    std::string certificate{};
    std::string key{};

    std::chrono::nanoseconds lease = std::chrono::seconds{30};  ///< the consumer's AckWait

    friend bool operator==(const jetstream_settings&, const jetstream_settings&) = default;
};

}  // namespace mayhem::queues
