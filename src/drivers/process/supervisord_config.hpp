#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mayhem::drivers {

/// What a supervisord's config says of one program.
struct supervised_program {
    std::string section;      ///< "program:web"
    std::string autorestart;  ///< "true", "false", "unexpected"

    friend bool operator==(const supervised_program&, const supervised_program&) = default;
};

/// Of the program of that name, from the text of a supervisord.conf; nothing if it is not in there. Pure.
[[nodiscard]] std::optional<supervised_program> find_program(std::string_view config, std::string_view name);

/// The patterns under [include], as they are written there. Pure.
[[nodiscard]] std::vector<std::string> included_files(std::string_view config);

/// The config file that a supervisord's command line names; empty: none. Pure.
[[nodiscard]] std::string config_on_command_line(std::string_view command_line);

/// Looks a program up in a config file and in what it includes; empty `config`: in those that supervisord looks for
/// itself. Nothing where it cannot be found. Blocks.
[[nodiscard]] std::optional<supervised_program> look_up_program(const std::filesystem::path& config,
                                                                std::string_view name);

}  // namespace mayhem::drivers
