#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "queues/jetstream/jetstream_settings.hpp"

namespace mayhem::queues {

/// What a delivery's reply subject says of it.
struct jetstream_delivery {
    std::string stream;
    std::uint64_t sequence = 0;  ///< in the stream: the message's name for ever
    int deliveries = 1;
};

/// Reads "$JS.ACK.STREAM.CONSUMER.DELIVERIES.SEQUENCE...", also with a domain and an account in front, as newer servers
/// write it. Nothing for any other subject.
[[nodiscard]] std::optional<jetstream_delivery> parse_ack_subject(std::string_view subject);

/// "mayhem-{host}" for a host, as the name of a consumer, in which no dot may stand: "_" stands for it.
[[nodiscard]] std::string consumer_for(const std::string& pattern, const std::string& host);

/// All subjects that a pattern means for any host: "mayhem.requests.>".
[[nodiscard]] std::string subjects_of(const std::string& pattern);

/// What is asked of the server, as JSON.
[[nodiscard]] std::string next_request(std::chrono::nanoseconds expires);
[[nodiscard]] std::string nack_text(std::chrono::nanoseconds delay);
[[nodiscard]] std::string consumer_to_create(const jetstream_settings& s, const std::string& consumer,
                                             const std::string& filter);
[[nodiscard]] std::string stream_to_create(const jetstream_settings& s);

/// How a request to JetStream's API was answered.
struct api_answer {
    int code = 0;        ///< of the error, 400 to 599; 0: it was done
    int error_code = 0;  ///< JetStream's own number of it
    std::string error;
};
[[nodiscard]] api_answer parse_api_answer(const std::string& data);

inline constexpr int consumer_not_found = 10014;
inline constexpr int stream_not_found = 10059;
inline constexpr int stream_name_in_use = 10058;

/// What is wrong with the consumer that the answer to CONSUMER.INFO describes, and what to do; empty: nothing.
[[nodiscard]] std::string trouble_in_consumer(const std::string& data, const jetstream_settings& s,
                                              const std::string& filter);

}  // namespace mayhem::queues
