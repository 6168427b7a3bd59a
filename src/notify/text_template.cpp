#include "notify/text_template.hpp"

#include <algorithm>
#include <array>

#include "mayhem/core/text/closest_name.hpp"

namespace mayhem::notify {

namespace {

constexpr auto names =
    std::to_array<std::string_view>({"text", "slack_text", "event", "at", "id", "host", "group", "target", "message",
                                     "attempt", "seconds", "action", "who", "detail"});

using field = std::string (*)(const event&);

/// In the order of `names`.
constexpr std::array<field, names.size()> fields{
    summary,
    slack_summary,
    [](const event& e) { return std::string(to_string(e.kind)); },
    at_text,
    [](const event& e) { return e.id; },
    [](const event& e) { return e.host; },
    [](const event& e) { return e.group; },
    [](const event& e) { return e.target; },
    [](const event& e) { return e.message; },
    [](const event& e) { return e.attempt > 0 ? std::to_string(e.attempt) : ""; },
    seconds_text,
    [](const event& e) { return e.action; },
    [](const event& e) { return e.who; },
    [](const event& e) { return e.detail; },
};

std::string unknown(std::string_view name) {
    const auto meant = core::closest_name(name, names);
    std::string all;
    for (const std::string_view n : names) {
        all.append(all.empty() ? "{" : ", {").append(n).append("}");
    }
    return "{" + std::string(name) + "} is no placeholder: " +
           (meant ? "did you mean {" + std::string(*meant) + "}?" : "there are " + all + "; write {{ for a brace");
}

}  // namespace

std::span<const std::string_view> placeholder_names() noexcept { return names; }

core::result<text_template> text_template::parse(std::string_view text) {
    text_template made;
    std::string literal;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((text[i] == '{' || text[i] == '}') && text.substr(i + 1).starts_with(text[i])) {
            literal += text[i++];
        } else if (text[i] == '{') {
            const std::size_t end = text.find('}', i);
            if (end == std::string_view::npos) {
                return core::failure{std::string("a \"{\" is not closed: write {{ for a brace")};
            }
            const std::string_view name = text.substr(i + 1, end - i - 1);
            const auto* const found = std::ranges::find(names, name);
            if (found == names.end()) {
                return core::failure{unknown(name)};
            }
            made.parts_.push_back({std::move(literal), fields.at(static_cast<std::size_t>(found - names.begin()))});
            literal.clear();
            i = end;
        } else {
            literal += text[i];
        }
    }
    made.parts_.push_back({std::move(literal), nullptr});
    return made;
}

std::string text_template::render(const event& e) const {
    std::string text;
    for (const part& p : parts_) {
        text += p.literal;
        if (p.value != nullptr) {
            text += p.value(e);
        }
    }
    return text;
}

}  // namespace mayhem::notify
