#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mayhem::drivers {

/// One thing that an engine says has happened to a container.
struct engine_event {
    std::string action;      ///< "start", "kill", "die", "stop", "restart", "destroy", "remove", "cleanup", ...
    int signal = 0;          ///< of "kill", where the engine says which (Docker does, Podman 4.3 does not)
    std::int64_t at_ns = 0;  ///< since 1970, by the engine's clock; not always told by the nanosecond

    friend bool operator==(const engine_event&, const engine_event&) = default;
};

/// The answer of `GET /events`: one JSON object after another, in the order in which the engine tells them; those that
/// are not about a container are left out. What is cut off at the end is left out as well, because an engine that is
/// not done telling is cut off. Throws `std::runtime_error` for what is not of that form. Pure.
[[nodiscard]] std::vector<engine_event> parse_events(std::string_view text);

}  // namespace mayhem::drivers
