#pragma once

#include <stdexcept>
#include <string>

#include "http/request.hpp"

namespace mayhem::http {

/// Why a request got no answer. A status such as 500 *is* an answer.
enum class failure {
    not_connected,  ///< refused, no such socket, no permission, no route: the server has seen nothing of the request
    not_resolved,   ///< the host's name has no address: likewise
    timed_out,      ///< no complete answer in time; the server may have acted on the request
    dropped,        ///< the connection ended before the answer did; likewise
    nonsense,       ///< what came is not HTTP; likewise
    too_large,      ///< more than `request::response_bytes_max`; likewise
    not_trusted,    ///< TLS could not be set up
    other,
};

/// "GET http://docker/info over /run/docker.sock: cannot connect: No such file or directory; is the server running...":
/// the request, the reason, the remedy.
class request_failed : public std::runtime_error {
public:
    request_failed(const request& r, failure why, const std::string& reason);

    [[nodiscard]] failure why() const noexcept { return why_; }

    /// Whether the server cannot have seen the request, so that repeating it is safe whatever it asks for.
    [[nodiscard]] bool never_arrived() const noexcept {
        return why_ == failure::not_connected || why_ == failure::not_resolved || why_ == failure::not_trusted;
    }

private:
    failure why_;
};

}  // namespace mayhem::http
