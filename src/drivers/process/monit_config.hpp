#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mayhem::drivers {

/// What a monit's config says of one process that it looks after: monit starts nothing as a child, it looks every
/// while whether the process of that number lives.
struct monit_check {
    std::string name{};                ///< of the check
    std::filesystem::path pid_file{};  ///< that names the process; empty: `pattern` does
    std::string pattern{};             ///< a regular expression that its command line matches
    bool is_started_again = true;      ///< false: it is only told of, or has nothing to start it with
};

/// The processes of a monitrc, with what becomes of them when they do not exist (monit(1), "restart" unless it says
/// something else). Pure.
[[nodiscard]] std::vector<monit_check> find_checks(std::string_view config);

/// The patterns after "include", as they are written there. Pure.
[[nodiscard]] std::vector<std::string> included_by_monit(std::string_view config);

/// All of the config that a monit reads, with what it includes, at most 1,000 files of each pattern; nothing: there is
/// none, or it may not be read. Empty `config`: that which monit looks for itself. Blocks.
[[nodiscard]] std::optional<std::vector<monit_check>> read_monit_config(const std::filesystem::path& config);

}  // namespace mayhem::drivers
