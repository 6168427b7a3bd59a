#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/rules/usual_recovery.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::notify {

/// What somebody may want to be told.
enum class event_kind {
    restarted,       ///< a driver has acted
    fault_begun,     ///< what lasts stands, for `length` at most: `detail` is its effect
    fault_ended,     ///< it stands no more, after `length`
    fault_stuck,     ///< it should stand no more, and cannot be ended: `detail`
    recovered,       ///< a new incarnation runs
    slower,          ///< asks for recoveries that were slow; told as `recovered`
    not_recovered,   ///< none came in time, or none that stayed: `detail` says which
    not_tolerated,   ///< it came back after what lasted, which it was to tolerate and did not: `detail`
    aborted,         ///< it came back after what lasted, which `stop_if` has ended: `detail`
    no_effect,       ///< it is there after what lasted, of which no effect was seen: `detail`
    taken_over,      ///< somebody else stopped or removed the target on purpose after the act
    not_ended,       ///< it was told to end and is still there: it was not restarted
    breaker_opened,  ///< nothing is restarted in a group any more
    dead_lettered,   ///< a message was given up
    halted,          ///< nothing is restarted at all any more
    resumed,         ///< a halt was taken back
    test,            ///< nothing has happened: somebody tries whether he would be told
};

/// The names of all but `test`, as they stand in a config file, in the order of the values.
inline constexpr std::array<std::string_view, 16> event_names{
    "restarted",      "fault_begun",   "fault_ended", "fault_stuck", "recovered",  "slower",
    "not_recovered",  "not_tolerated", "aborted",     "no_effect",   "taken_over", "not_ended",
    "breaker_opened", "dead_lettered", "halted",      "resumed"};

/// "restarted", "test", ...
[[nodiscard]] std::string_view to_string(event_kind k) noexcept;

/// The inverse, for the names in `event_names`.
[[nodiscard]] std::optional<event_kind> parse_event_kind(std::string_view name) noexcept;

/// One thing that happened, complete: it is told later, when what it was about may be gone. Plain values. Texts are
/// bounded and on one line (`one_line`), because others than we wrote parts of them.
struct event {
    event_kind kind{};
    core::wall_time at{};
    std::string id;       ///< a UUID; the same at each attempt, so that a receiver can tell a repetition
    std::string host;     ///< which of the operator's hosts this is
    std::string group;    ///< empty for what concerns the daemon as a whole
    std::string target;   ///< likewise
    std::string message;  ///< the message's UUID; likewise
    int attempt = 0;      ///< of the message; 0 where there is none
    std::optional<core::duration> length;       ///< to the recovery, or how long it was waited for
    std::optional<core::slow_recovery> slower;  ///< recovered, and slower than the target's past explains
    std::string action{};                       ///< of what lasts: "freeze"
    std::string who;                            ///< halted or resumed it
    std::string detail;                         ///< why; may be empty
};

inline constexpr std::size_t text_bytes_max = 1000;

/// At most `text_bytes_max` bytes, cut between characters, with a space for what `core::is_printable` denies.
[[nodiscard]] std::string one_line(std::string_view text);

/// A sentence for a person: "db1: restarted nginx.service (group web)".
[[nodiscard]] std::string summary(const event& e);

/// The same for Slack, where `<!channel>` in a target's name must not call everybody: &, < and > are escaped.
[[nodiscard]] std::string slack_summary(const event& e);

/// "2026-11-23T21:13:37Z".
[[nodiscard]] std::string at_text(const event& e);

/// "1.250"; empty where there is no length.
[[nodiscard]] std::string seconds_text(const event& e);

/// One JSON object on one line with what applies: event, at, id, host, text, group, target, message, attempt,
/// action (of what lasts), seconds, usual_seconds and factor (of a recovery that was slow), who, detail.
[[nodiscard]] std::string to_json(const event& e);

}  // namespace mayhem::notify
