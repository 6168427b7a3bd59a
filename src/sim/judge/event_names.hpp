#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/judge/event.hpp"

// How the values of the events' enums are written, in the order of each.
namespace mayhem::sim {

template <typename Enum>
inline constexpr std::array<std::string_view, 0> names_of{};

template <>
inline constexpr std::array<std::string_view, 3> names_of<life_end>{"orderly", "killed", "power_cut"};
template <>
inline constexpr std::array<std::string_view, 2> names_of<fault_owner>{"holder", "note"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<fault_end>{"undone", "holder_killed", "target_ended"};
template <>
inline constexpr std::array<std::string_view, 5> names_of<target_state>{"starting", "healthy", "sick", "dying", "down"};
template <>
inline constexpr std::array<std::string_view, 7> names_of<wish_kind>{"halt",    "resume",        "reload", "drain",
                                                                     "restart", "close_breaker", "stop"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<door>{"command", "file", "config", "database"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<answer>{"ok", "failed", "late", "gone"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<question>{"halted", "breaker_open", "dry_run", "ready"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<origin>{"plan", "asked", "unplanned"};
template <>
inline constexpr std::array<std::string_view, 6> names_of<queue_step>{"published", "received",      "acked",
                                                                      "nacked",    "dead_lettered", "lease_lost"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<phase_kind>{"storm", "calm", "over"};
template <>
inline constexpr std::array<std::string_view, 11> names_of<trouble_kind>{
    "store", "engine", "probe", "queue", "pool", "disk", "network", "clock", "undo", "other", "standstill"};
template <>
inline constexpr std::array<std::string_view, 5> names_of<message_state>{"journalled", "running", "nacked", "acked",
                                                                         "dead_lettered"};

template <>
inline constexpr std::array<std::string_view, 5> names_of<core::pace>{"not_known", "too_few", "as_usual", "slow",
                                                                      "creeping"};

template <>
inline constexpr std::array<std::string_view, 6> names_of<core::span_end>{
    "time_over", "told_to_end", "target_ended", "stop_requested", "holder_gone", "stop_condition"};

template <>
inline constexpr std::array<std::string_view, 6> names_of<fleet_step>{"granted", "skipped", "claimed",
                                                                      "halted",  "resumed", "lost"};

/// Of the payloads, in the order of the variant.
inline constexpr std::array<std::string_view, std::variant_size_v<payload>> event_names{
    "life_began",    "life_ended",  "deadlock",       "config",      "config_read",      "act",
    "hit",           "fault_began", "fault_owner",    "fault_ended", "target",           "taken",
    "listed",        "asked",       "answered",       "told",        "journalled",       "queue",
    "breaker",       "clock_set",   "phase",          "trouble",     "recorded_message", "recorded_attempt",
    "recorded_skip", "record_read", "stop_condition", "fleet"};

template <typename Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) noexcept {
    return names_of<Enum>[static_cast<std::size_t>(value)];
}

/// The inverse; nothing for a name that is none.
template <typename Enum>
[[nodiscard]] constexpr std::optional<Enum> parse_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names_of<Enum>.size(); ++i) {
        if (names_of<Enum>[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace mayhem::sim
