#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// One thing that can be restarted, as seen at one moment.
struct target {
    /// Which thing, stable over its lives: a host name, a unit name, a container name, and of a process its
    /// program with a hash of the command line (`command_id`): what else that says is nobody's business.
    std::string id;

    /// Which life of it, in the driver's own notation; two lives never share one.
    /// A process: "PID:START_TIME_TICKS:BOOT_ID"; a simulated host: "LIFE:COUNT".
    std::string incarnation;

    /// What to call it in a log line, shorter than `id` where there is something shorter; never empty.
    std::string name;

    /// When this incarnation began, as far as the driver can tell. Not part of the record.
    std::optional<wall_time> started_at{};

    /// The same life of the same thing; when it began follows from that.
    friend bool operator==(const target& a, const target& b) noexcept {
        return a.id == b.id && a.incarnation == b.incarnation && a.name == b.name;
    }
};

/// The life that an incarnation names. Where what is done to a target may last, which leaves it its life, its driver
/// counts these acts behind a '#', so that no message is carried out twice.
[[nodiscard]] constexpr std::string_view life_in(std::string_view incarnation) noexcept {
    return incarnation.substr(0, incarnation.find('#'));
}

/// Whether two incarnations of one target, the one perhaps counted and the other not, name the same life.
[[nodiscard]] constexpr bool is_same_life(std::string_view a, std::string_view b) noexcept {
    return a == b || a == life_in(b) || b == life_in(a);
}

}  // namespace mayhem::core
