#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/rules/changed_number.hpp"

namespace mayhem::core {

/// How little of the host a service gets for a while; what is not named stays as it is. Never is more allowed than
/// before: that would be no fault.
struct unit_limits {
    std::optional<unsigned> cpu_percent{};       ///< of one CPU; 1 to 1000
    std::optional<std::uint64_t> memory_high{};  ///< in bytes: above it, the kernel takes memory back and slows it
    std::optional<std::uint64_t> io_read{};      ///< in bytes a second, from `device`
    std::optional<std::uint64_t> io_write{};     ///< likewise, to it
    std::string device{};                        ///< an absolute path; a block device, or a file on one

    friend bool operator==(const unit_limits&, const unit_limits&) = default;
};

/// What systemd calls them, of which kind the numbers are that a throttle may change, and no others.
namespace unit_number {
inline constexpr std::string_view cpu = "CPUQuotaPerSecUSec";
inline constexpr std::string_view memory_high = "MemoryHigh";
inline constexpr std::string_view io_read = "IOReadBandwidthMax";
inline constexpr std::string_view io_write = "IOWriteBandwidthMax";
inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

[[nodiscard]] constexpr bool is_known(std::string_view name) noexcept {
    return name == cpu || name == memory_high || name == io_read || name == io_write;
}
[[nodiscard]] constexpr bool is_of_device(std::string_view name) noexcept {
    return name == io_read || name == io_write;
}
}  // namespace unit_number

/// What a unit has now.
struct unit_number_found {
    std::string name;
    std::string of{};  ///< of which device
    std::uint64_t is = unit_number::no_limit;
};
struct unit_state {
    std::vector<unit_number_found> numbers{};
    std::optional<std::uint64_t> memory_used{};  ///< nothing: not known

    /// `no_limit` where it has none.
    [[nodiscard]] std::uint64_t find(std::string_view name, std::string_view of) const noexcept;
};

/// What is to be changed, or why nothing is, for a person.
struct throttle_plan {
    std::vector<changed_number> numbers{};
    std::optional<std::string> why_not{};
    bool is_too_hard = false;  ///< with `why_not`: it would hardly live
};
[[nodiscard]] throttle_plan plan_throttle(const unit_limits& wanted, const unit_state& is);

/// For a person: "cpu 80 % to 20 %", "memory_high without limit to 40 MiB".
[[nodiscard]] std::string describe(const changed_number& c);

}  // namespace mayhem::core
