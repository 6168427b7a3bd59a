#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"
#include "notify/event.hpp"

namespace mayhem::notify {

/// What Slack's incoming webhooks, and those of Mattermost, Rocket.Chat and others, understand.
inline constexpr std::string_view default_body = R"({"text": "{slack_text}"})";

/// The body of a webhook's request: JSON whose texts have placeholders (`text_template`). They are filled in after the
/// JSON was read, so that no event can break out of its text. A value.
class body_template {
public:
    static constexpr std::size_t bytes_max = 16UL * 1024;

    body_template() : body_template(std::string(default_body)) {}

    /// An error says what is no JSON, or which placeholder there is not.
    [[nodiscard]] static core::result<body_template> parse(std::string_view text);

    /// JSON; what is not UTF-8 in an event is replaced.
    [[nodiscard]] std::string render(const event& e) const;

private:
    explicit body_template(std::string text) : text_(std::move(text)) {}

    std::string text_;  ///< was checked
};

}  // namespace mayhem::notify
