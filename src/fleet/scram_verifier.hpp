#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mayhem::fleet {

using scram_salt = std::array<std::uint8_t, 16>;

/// What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803), to be given to it in place of the password itself,
/// which then stands in no statement and in no log. `password` is printable ASCII, so that it needs no preparation.
/// Throws `std::runtime_error` if OpenSSL cannot.
[[nodiscard]] std::string scram_verifier(std::string_view password, const scram_salt& salt);

}  // namespace mayhem::fleet
