#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "requests/request.hpp"

namespace mayhem::requests {

/// Who may ask for what through a queue.
struct request_policy {
    std::string host;                   ///< as which this daemon is asked
    std::vector<std::string> groups;    ///< of which something may be asked for; at least one
    std::vector<std::string> askers{};  ///< who may ask; empty: whoever can write to the queue

    friend bool operator==(const request_policy&, const request_policy&) = default;
};

/// What becomes of something that a queue has delivered, before anything is looked up.
struct refused {
    std::string why;
};
struct for_another_host {
    std::string host;
};
using ruling = std::variant<request, refused, for_another_host>;

/// Pure. Whose it is comes first: what is wrong with the request of another host is for that host to say.
[[nodiscard]] ruling rule(const request_policy& p, const std::string& body);

/// How long a request that another host has to answer for waits before it is delivered again, here or there, so that
/// several daemons on one subscription do not throw it at each other without a pause: 100 ms times its deliveries, and
/// at most 5 s.
[[nodiscard]] std::chrono::milliseconds give_back_delay(int delivery) noexcept;

}  // namespace mayhem::requests
