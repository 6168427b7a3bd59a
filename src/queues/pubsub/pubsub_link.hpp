#pragma once

#include <chrono>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"
#include "queues/pubsub/access_tokens.hpp"
#include "queues/pubsub/pubsub_text.hpp"

namespace mayhem::queues {

/// How a call was answered.
struct pubsub_answer {
    int status = 0;                          ///< 0: nobody knows whether it was heard
    std::string body{};                      ///< JSON
    std::string trouble{};                   ///< why it was not done, and what to do; empty: it was
    std::chrono::nanoseconds leave_alone{};  ///< so long Pub/Sub does not want to be asked

    [[nodiscard]] bool is_done() const noexcept { return trouble.empty(); }

    /// Asking once more would give the same answer.
    [[nodiscard]] bool is_final() const noexcept {
        return status >= 400 && status < 500 && status != too_many_requests && status != not_authenticated;
    }

    static constexpr int not_authenticated = 401;
    static constexpr int too_many_requests = 429;
};

/// Pub/Sub's REST interface, version 1, with access tokens. Each call is a connection of its own. The loop's thread
/// only.
class pubsub_link {
public:
    /// `l` outlives it. `endpoint`: "https://pubsub.googleapis.com".
    pubsub_link(async::loop& l, std::string endpoint, token_settings tokens);

    /// One call, such as POST of `verb` "pull"; no verb: of the place itself. A token that is refused is thrown away,
    /// and the call is made once more with another one. Throws nothing but a cancellation, after which nobody knows
    /// whether it was heard.
    async::awaitable<pubsub_answer> call(std::string method, pubsub_place at, std::string verb, std::string body,
                                         std::chrono::nanoseconds limit);

    static constexpr std::chrono::seconds leave_alone_max{60};  ///< whoever asks for more gets no more

private:
    async::awaitable<pubsub_answer> call_once(const std::string& method, const pubsub_place& at,
                                              const std::string& verb, const std::string& body,
                                              std::chrono::nanoseconds limit);

    async::loop& loop_;
    const std::string endpoint_;
    access_tokens tokens_;
};

}  // namespace mayhem::queues
