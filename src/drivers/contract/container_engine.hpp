#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mayhem::drivers {

/// What runs the containers of a host, an engine's daemons and what stands between them and one container, is never hit
/// by what lasts: that would stand on every container, whoever's it is. A restart is none of this. Each says why, with
/// the remedy, for a person. Of a unit, by one of its names; nothing for any other.
[[nodiscard]] std::optional<std::string> why_engine_unit(std::string_view unit);

/// Of a program, by its name, of which the kernel may have kept only 15 bytes, or the file name of its executable.
[[nodiscard]] std::optional<std::string> why_engine_program(std::string_view name, std::string_view file);

}  // namespace mayhem::drivers
