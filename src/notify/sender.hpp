#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "notify/event.hpp"

namespace mayhem::notify {

/// How one attempt to tell an event ended.
struct attempt_result {
    enum class verdict {
        sent,
        failed,   ///< another attempt may succeed
        refused,  ///< no other attempt would
    };
    verdict verdict = verdict::sent;
    std::string why{};                                     ///< what went wrong, for a person; carries no secret
    std::optional<std::chrono::nanoseconds> not_before{};  ///< the receiver wants to be left alone for so long
};

/// One way to tell an event: a request, a command. Held by `std::shared_ptr`, because a reload replaces it while it is
/// sending. The loop's thread only.
class sender {
public:
    sender() = default;
    virtual ~sender() = default;
    sender(const sender&) = delete;
    sender& operator=(const sender&) = delete;

    /// One attempt, bounded in time. Throws nothing but for cancellation, which leaves nothing behind.
    virtual async::awaitable<attempt_result> send(std::shared_ptr<const event> e) = 0;
};

}  // namespace mayhem::notify
