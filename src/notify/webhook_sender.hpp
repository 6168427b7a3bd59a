#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "notify/body_template.hpp"
#include "notify/sender.hpp"

namespace mayhem::notify {

struct webhook_settings {
    std::string name{};
    std::string url{};    ///< http or https; counts as a secret
    std::string token{};  ///< sent as "Authorization: Bearer TOKEN"; empty: not sent
    body_template body{};
    std::chrono::nanoseconds timeout = std::chrono::seconds{10};
};

/// Posts events as JSON. The URL and the token are in no result and no log line. Redirects are not followed and
/// certificates are verified. Every status from 200 to 299 counts as delivered; 408, 425, 429, 5xx and a lost or slow
/// connection are worth another attempt, which may tell an event twice: the header `Idempotency-Key` has its id.
class webhook_sender final : public sender {
public:
    static constexpr std::size_t answer_bytes_max = 64UL * 1024;

    explicit webhook_sender(webhook_settings settings) : settings_(std::move(settings)) {}

    async::awaitable<attempt_result> send(std::shared_ptr<const event> e) override;

private:
    const webhook_settings settings_;
};

/// What an answer means. A pure function; `now` is for a `Retry-After` that is a date.
[[nodiscard]] attempt_result judge_answer(int status, std::string_view retry_after, core::wall_time now);

}  // namespace mayhem::notify
