#include "queues/pubsub/rs256.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace mayhem::queues {

namespace {

template <auto close>
struct closer {
    template <typename T>
    void operator()(T* of) const noexcept {
        (void)close(of);
    }
};

using key_handle = std::unique_ptr<EVP_PKEY, closer<&EVP_PKEY_free>>;

/// Nobody is asked for a pass phrase.
int no_pass_phrase(char* /*to*/, int /*size*/, int /*writes*/, void* /*unused*/) { return 0; }

key_handle read_key(const std::string& pem) {
    const std::unique_ptr<BIO, closer<&BIO_free>> text(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    key_handle key(text ? ::PEM_read_bio_PrivateKey(text.get(), nullptr, &no_pass_phrase, nullptr) : nullptr);
    if (!key || ::EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) {
        throw std::runtime_error("its private_key is no RSA key in PEM");
    }
    return key;
}

}  // namespace

std::string sign_rs256(const std::string& private_key, std::string_view text) {
    const key_handle key = read_key(private_key);
    const std::unique_ptr<EVP_MD_CTX, closer<&EVP_MD_CTX_free>> signing(::EVP_MD_CTX_new());
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::string signature(static_cast<std::size_t>(::EVP_PKEY_size(key.get())), '\0');
    std::size_t size = signature.size();
    if (!signing || ::EVP_DigestSignInit(signing.get(), nullptr, ::EVP_sha256(), nullptr, key.get()) != 1 ||
        ::EVP_DigestSign(signing.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                         text.size()) != 1) {
        throw std::runtime_error("OpenSSL cannot sign with its private_key");
    }
    signature.resize(size);
    return signature;
}

}  // namespace mayhem::queues
