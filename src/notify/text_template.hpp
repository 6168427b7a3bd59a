#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/result.hpp"
#include "notify/event.hpp"

namespace mayhem::notify {

/// The names that may stand in braces: "text", "slack_text", "event", "group", ...
[[nodiscard]] std::span<const std::string_view> placeholder_names() noexcept;

/// Text with placeholders such as `{group}`, which an event fills in; `{{` and `}}` stand for braces. A value.
class text_template {
public:
    /// An error names a placeholder that there is not, and what was probably meant.
    [[nodiscard]] static core::result<text_template> parse(std::string_view text);

    /// What an event lacks is left empty.
    [[nodiscard]] std::string render(const event& e) const;

private:
    using field = std::string (*)(const event&);
    struct part {
        std::string literal;
        field value = nullptr;  ///< comes behind the literal; null: nothing
    };

    std::vector<part> parts_;
};

}  // namespace mayhem::notify
