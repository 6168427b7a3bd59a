#include "fleet/scram_verifier.hpp"

#include <span>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace mayhem::fleet {

namespace {

constexpr int iterations = 4096;  // PostgreSQL's own

using digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

void require(bool is_done) {
    if (!is_done) {
        throw std::runtime_error("OpenSSL cannot compute SHA-256, so no password can be made");
    }
}

digest hmac(const digest& key, std::string_view text) {
    digest made{};
    unsigned int size = 0;
    require(::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data(), &size) != nullptr);
    return made;
}

std::string base64(std::span<const std::uint8_t> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace

std::string scram_verifier(std::string_view password, const scram_salt& salt) {
    digest salted{};
    require(::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                                static_cast<int>(salt.size()), iterations, ::EVP_sha256(),
                                static_cast<int>(salted.size()), salted.data()) == 1);
    const digest client_key = hmac(salted, "Client Key");
    const digest server_key = hmac(salted, "Server Key");
    digest stored_key{};
    require(::SHA256(client_key.data(), client_key.size(), stored_key.data()) != nullptr);
    return "SCRAM-SHA-256$" + std::to_string(iterations) + ':' + base64(salt) + '$' + base64(stored_key) + ':' +
           base64(server_key);
}

}  // namespace mayhem::fleet
