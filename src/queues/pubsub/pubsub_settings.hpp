#pragma once

#include <chrono>
#include <string>

namespace mayhem::queues {

/// Which subscription of Google Cloud Pub/Sub a queue of requests reads, and as whom.
struct pubsub_settings {
    std::string project{};
    std::string subscription = "mayhem-{host}";
    std::string topic{};              ///< where requests are published; empty: nothing can be
    std::string dead_letter_topic{};  ///< for what is given up; empty: none, and it is only logged
    std::string endpoint = "https://pubsub.googleapis.com";

    /// A service account's key file (JSON), from which tokens are made; empty: the metadata server of the machine has
    /// them, and an endpoint on the loopback (the emulator) is sent none.
    std::string credentials{};

    std::chrono::nanoseconds lease =
        std::chrono::seconds{30};  ///< the deadline that each delivery gets: 10 s to 10 min

    friend bool operator==(const pubsub_settings&, const pubsub_settings&) = default;
};

}  // namespace mayhem::queues
