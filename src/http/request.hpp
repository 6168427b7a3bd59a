#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mayhem::http {

/// What is asked of a server. Plain values.
struct request {
    std::string method = "GET";

    /// "http://host:port/path?query", also https. With `unix_socket`, the host is only what the `Host` header says.
    std::string url = {};

    /// What errors call the request instead of its method and URL, which may contain a secret; empty: those.
    std::string alias = {};

    /// Path of the socket to connect to instead of the URL's host; empty: TCP.
    std::string unix_socket = {};

    /// "Name: value", each.
    std::vector<std::string> headers = {};
    std::string body = {};

    /// For all of it: name resolution, connection, the last byte of the answer.
    std::chrono::nanoseconds timeout = std::chrono::seconds{10};

    /// Headers and body together; a longer answer is an error, and is not read further.
    std::size_t response_bytes_max = 1024UL * 1024;
};

struct response {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< in the order in which they came
    std::string body;

    /// 200 to 299.
    [[nodiscard]] bool is_success() const noexcept { return status >= 200 && status < 300; }

    /// The value of the first header of that name, whatever its case; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// "GET http://docker/info over /run/docker.sock", or its alias: how errors call a request.
std::string to_string(const request& r);

/// Throws `std::invalid_argument` for a request that no server could be sent: a control character in a header, a URL
/// with a fault (`find_fault`).
void check(const request& r);

/// Percent-encodes what is not unreserved (RFC 3986, section 2.3), so that any text is one segment of a path or one
/// value of a query.
std::string encode(std::string_view text);

}  // namespace mayhem::http
