#pragma once

#include <string_view>

namespace mayhem::drivers {

/// What a person needs to get back into the host when something has gone wrong, Mayhem's own doing included.
struct way_back_in {
    std::string_view why;         ///< "sshd: the way back in"
    bool yields_to_name = false;  ///< may be hit where a group names it outright; never otherwise
};

/// Of a unit, by one of its names; null for any other.
[[nodiscard]] const way_back_in* find_unit_on_way_back(std::string_view unit) noexcept;

/// Of a program, by its name, of which the kernel may have kept only 15 bytes, or the file name of its executable.
[[nodiscard]] const way_back_in* find_program_on_way_back(std::string_view program) noexcept;

}  // namespace mayhem::drivers
