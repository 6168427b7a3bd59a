#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/peer.hpp"

namespace mayhem::control {

class event_queue;

/// A request that has arrived whole.
struct request {
    std::string method;  ///< "GET", "POST", ...
    std::string path;    ///< without the query: "/v1/status"
    std::map<std::string, std::string, std::less<>> query;
    std::string body;
    // Of headers: empty when absent, and the values with ", " between them when there are several.
    std::string host;
    std::string authorization;
    std::string content_type;
    std::string origin;
    std::string fetch_site;  ///< Sec-Fetch-Site
    peer from;

    /// The value of a query parameter; nothing when it is absent.
    [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::nullopt : std::optional(found->second);
    }
};

/// What is sent back.
struct response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::string allow;                                           ///< of the Allow header, with status 405
    std::vector<std::pair<std::string, std::string>> headers{};  ///< others
    std::shared_ptr<event_queue> stream;  ///< when set, the body: sent as it comes, without an end
};

/// `{"error": "..."}`: what was wrong and what to do, for a person.
[[nodiscard]] response error_response(int status, std::string_view what);

}  // namespace mayhem::control
