#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "mayhem/core/target.hpp"

namespace mayhem::drivers {

/// Which life of a process: the number, when it started and since which boot. Numbers are reused, even within one tick
/// of 10 ms on a busy host, but only after all others have been used in between; so no two lives share all three.
struct process_incarnation {
    pid_t pid = 0;
    std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat: clock ticks since boot
    std::string boot_id;            ///< /proc/sys/kernel/random/boot_id

    /// "PID:START_TICKS:BOOT_ID", the notation of `core::target::incarnation`.
    [[nodiscard]] std::string to_string() const;

    /// Nothing for text that is not of that form; what follows a "#" counts what lasted on that life, and is left out.
    static std::optional<process_incarnation> parse(std::string_view text);

    friend bool operator==(const process_incarnation&, const process_incarnation&) = default;
};

/// Of a target of a driver whose targets are processes. Throws `core::restart_failed` where it names no life of one.
[[nodiscard]] process_incarnation incarnation_of(const core::target& t);

}  // namespace mayhem::drivers
