#pragma once

#include <stdexcept>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/semaphore.hpp"

namespace mayhem::queues {

/// There is no access token: why, and what to do.
class no_token : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where access tokens of Google Cloud come from.
struct token_settings {
    bool are_needed = true;  ///< an emulator needs none
    std::string key_file{};  ///< of a service account (JSON), read for each new token; empty: the metadata server
    std::string metadata_url =
        "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
};

/// Gets access tokens, and keeps one until a minute before it expires. The loop's thread only; reading the key file
/// and signing with it takes some milliseconds of it, once an hour.
class access_tokens {
public:
    /// `l` outlives it.
    access_tokens(async::loop& l, token_settings s);

    /// A token that is valid for a while; empty when none is needed. Several that wait share one. Throws `no_token`.
    async::awaitable<std::string> get();

    /// It was refused: the next `get` asks for another one, unless that has been done.
    void forget(const std::string& token) noexcept;

private:
    struct granted {
        std::string token;
        async::clock::time_point until;
    };

    async::awaitable<granted> ask() const;
    [[nodiscard]] bool is_fresh() const { return !kept_.token.empty() && loop_.now() < kept_.until; }

    async::loop& loop_;
    const token_settings settings_;
    granted kept_{};
    async::semaphore asking_{1};
};

}  // namespace mayhem::queues
