#include "notify/event.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::notify {

namespace {

std::string named(const event& e) { return fmt::format("{} (group {})", e.target, e.group); }

std::string because(const event& e) { return e.detail.empty() ? "" : ": " + e.detail; }

double seconds(const event& e) { return core::to_seconds(e.length.value_or(core::duration{})); }

std::string sentence(const event& e) {
    switch (e.kind) {
        case event_kind::restarted: return "restarted " + named(e);
        case event_kind::fault_begun:
            return fmt::format("began {} of {} for {:.1f} s{}", e.action, named(e), seconds(e), because(e));
        case event_kind::fault_ended:
            return fmt::format("ended {} of {} after {:.1f} s", e.action, named(e), seconds(e));
        case event_kind::fault_stuck:
            return e.target.empty() ? "cannot end what a former life has begun" + because(e)
                                    : fmt::format("cannot end {} of {} after {:.1f} s{}", e.action, named(e),
                                                  seconds(e), because(e));
        case event_kind::recovered:
        case event_kind::slower:
            return fmt::format("{} recovered in {:.3f} s{}", named(e), seconds(e),
                               e.slower ? ", " + core::describe(*e.slower) : "");
        case event_kind::not_recovered:
            return fmt::format("{} did not recover within {:.1f} s{}", named(e), seconds(e), because(e));
        case event_kind::not_tolerated:
            return fmt::format("{} is back after {:.3f} s, and did not tolerate what was done to it{}", named(e),
                               seconds(e), because(e));
        case event_kind::aborted:
            return fmt::format("{} is back after {:.3f} s, and what was done to it was broken off{}", named(e),
                               seconds(e), because(e));
        case event_kind::no_effect:
            return fmt::format("{} is there {:.3f} s after what was done to it, and no effect of that was seen{}",
                               named(e), seconds(e), because(e));
        case event_kind::taken_over:
            return fmt::format("{} was restarted, and is somebody else's now{}", named(e), because(e));
        case event_kind::not_ended:
            return fmt::format("{} did not end within {:.1f} s{}", named(e), seconds(e), because(e));
        case event_kind::breaker_opened:
            return fmt::format("the breaker of group {} opened{}; nothing is restarted in it any more, {}", e.group,
                               because(e), core::how_to_close(e.group));
        case event_kind::dead_lettered:
            return fmt::format("gave up restarting {} after {} attempts{}", named(e), e.attempt, because(e));
        case event_kind::halted: return fmt::format("halted by {}{}; nothing is restarted", e.who, because(e));
        case event_kind::resumed: return fmt::format("resumed by {}{}", e.who, because(e));
        case event_kind::test: break;
    }
    return "a test of this notification; nothing has happened";
}

}  // namespace

std::string_view to_string(event_kind k) noexcept {
    return k == event_kind::test ? "test" : event_names.at(static_cast<std::size_t>(k));
}

std::optional<event_kind> parse_event_kind(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(event_names, name);
    return found == event_names.end() ? std::nullopt
                                      : std::optional(static_cast<event_kind>(found - event_names.begin()));
}

std::string one_line(std::string_view text) {
    std::size_t size = std::min(text.size(), text_bytes_max);
    while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
        --size;  // into the middle of a character
    }
    return core::printable_text(text.substr(0, size), ' ');
}

std::string summary(const event& e) { return (e.host.empty() ? "" : e.host + ": ") + sentence(e); }

std::string slack_summary(const event& e) {
    std::string escaped;
    for (const char c : summary(e)) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

std::string at_text(const event& e) { return core::utc_text_in_seconds(e.at); }

std::string seconds_text(const event& e) { return e.length ? fmt::format("{:.3f}", seconds(e)) : ""; }

std::string to_json(const event& e) {
    using nlohmann::json;
    json j{{"event", to_string(e.kind)}, {"at", at_text(e)}, {"id", e.id}, {"host", e.host}, {"text", summary(e)}};
    const auto add = [&j](const char* name, const std::string& value) {
        if (!value.empty()) {
            j[name] = value;
        }
    };
    add("group", e.group);
    add("target", e.target);
    add("message", e.message);
    add("action", e.action);
    add("who", e.who);
    add("detail", e.detail);
    if (e.attempt > 0) {
        j["attempt"] = e.attempt;
    }
    if (e.length) {
        j["seconds"] = seconds(e);
    }
    if (e.slower) {
        j["usual_seconds"] = core::to_seconds(e.slower->usual);
        j["factor"] = e.slower->factor;
    }
    return core::json_line(j);
}

}  // namespace mayhem::notify
