#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <systemd/sd-bus.h>

#include "mayhem/core/rules/unit_limits.hpp"

namespace mayhem::actions {

/// systemd answers in a form that this version of Mayhem does not know.
class strange_answer : public std::runtime_error {
public:
    strange_answer()
        : std::runtime_error("systemd described a unit in a form that this version of Mayhem does not know") {}
};

/// What there is to know of a unit for whom its limits are to be changed.
struct limited_unit {
    std::string invocation{};  ///< which life; 32 hexadecimal digits
    std::string load_state{};
    std::string active_state{};
    core::unit_state state{};
};

/// Of all properties of a unit, the answer to GetAll. Throws `strange_answer`.
[[nodiscard]] limited_unit read_limits(sd_bus_message* properties);

/// Appends the "ba(sv)" of SetProperties: until the next boot, these numbers, as they were or as they are to be.
enum class which_number { before, ours };
void append_numbers(sd_bus_message* request, std::span<const core::changed_number> numbers, which_number which);

/// How systemd calls the file in which it keeps such a setting: "50-CPUQuota.conf".
[[nodiscard]] std::string drop_in_of(std::string_view number);

/// The files in which systemd may have written that somebody has set such a number of a unit by command, the runtime's
/// and those of units that are made at run time; and beside those the one that outlives a boot. Pure.
[[nodiscard]] std::vector<std::string> runtime_files(std::string_view unit, std::string_view number);
[[nodiscard]] std::string persistent_file(std::string_view unit, std::string_view number);

}  // namespace mayhem::actions
