#pragma once

#include <string>

#include "mayhem/async/clock.hpp"

namespace mayhem::queues {

/// What the key file of a service account of Google Cloud says.
struct service_account {
    std::string client_email;
    std::string private_key;     ///< PEM; secret
    std::string private_key_id;  ///< may be empty
    std::string token_uri;       ///< where a signed claim is exchanged for an access token: https, or on the loopback
};

/// Reads the JSON of a key file. Throws `std::runtime_error` with what is wrong with it; quotes nothing secret.
[[nodiscard]] service_account parse_service_account(const std::string& json);

/// The claim, as a JWT signed with RS256 (RFC 7523), that from `now` on for an hour this account asks for the right to
/// use Pub/Sub. Secret for that time. Throws `std::runtime_error` as `sign_rs256` does.
[[nodiscard]] std::string make_assertion(const service_account& a, async::clock::wall_time_point now);

}  // namespace mayhem::queues
