#pragma once

#include <string>
#include <string_view>

namespace mayhem::queues {

/// RSASSA-PKCS1-v1_5 with SHA-256 (RS256 of RFC 7518) over `text`, by a private RSA key (PEM, not encrypted). Takes
/// about a millisecond. Throws `std::runtime_error`, which quotes nothing of the key, and where this program was built
/// without OpenSSL.
[[nodiscard]] std::string sign_rs256(const std::string& private_key, std::string_view text);

}  // namespace mayhem::queues
