#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "queues/pubsub/pubsub_settings.hpp"

namespace mayhem::queues {

/// A topic or a subscription, as Pub/Sub's REST interface (v1) and people call it.
struct pubsub_place {
    enum class kind { topic, subscription };

    pubsub_place::kind kind = kind::subscription;
    std::string project{};
    std::string name{};

    /// "projects/shop/topics/mayhem"
    [[nodiscard]] std::string full_name() const;

    /// "topic mayhem of project shop"
    [[nodiscard]] std::string describe() const;
};

/// What is asked of Pub/Sub, as JSON. `waits`: for a while, until there is something.
[[nodiscard]] std::string pull_request(bool waits);
[[nodiscard]] std::string ack_request(std::span<const std::string> ack_ids);
[[nodiscard]] std::string deadline_request(std::span<const std::string> ack_ids, std::chrono::seconds deadline);
[[nodiscard]] std::string publish_request(const std::map<std::string, std::string>& attributes,
                                          const std::string& data);
[[nodiscard]] std::string subscription_to_create(const pubsub_settings& s, const std::string& host);

/// What a pull has brought.
struct pulled {
    std::string ack_id;
    std::string name;  ///< the message's id at Pub/Sub, which stays through all deliveries
    std::string body;
    int delivery = 1;  ///< Pub/Sub counts only where the subscription has a dead letter policy
};

/// Reads the answer to a pull. Nothing: it is none.
[[nodiscard]] std::optional<std::vector<pulled>> parse_pulled(const std::string& answer);

/// What an answer says of one of the deliveries that were spoken of.
enum class ack_verdict {
    done,
    lost,     ///< its deadline is over: somebody else may have it
    unknown,  ///< to be asked again
};

/// For each of `ack_ids`, in their order. With exactly-once delivery, an error names those that failed, and says of
/// the others nothing.
[[nodiscard]] std::vector<ack_verdict> judge_acks(int status, const std::string& answer,
                                                  std::span<const std::string> ack_ids);

/// Why what was asked of `at` was refused with `status`, and what to do.
[[nodiscard]] std::string explain_refusal(const pubsub_place& at, int status, const std::string& answer);

/// What is wrong with the subscription that `answer` describes, and what to do; empty: nothing.
[[nodiscard]] std::string trouble_in_subscription(const std::string& answer, const pubsub_place& topic);

}  // namespace mayhem::queues
