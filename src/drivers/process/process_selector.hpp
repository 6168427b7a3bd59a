#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// What the operator may say about the processes of a group; what is left out is not looked at.
struct process_criteria {
    /// An absolute path, or the file name alone (of /proc/PID/exe: of a script, this is the interpreter).
    std::optional<std::string> executable = std::nullopt;

    /// What `ps -o comm` shows; the kernel keeps 15 bytes of it, so only the first 15 are compared.
    std::optional<std::string> name = std::nullopt;

    /// Text that the command line contains, arguments joined with single spaces.
    std::optional<std::string> command_line = std::nullopt;

    /// The effective user (`find_user` for a name).
    std::optional<uid_t> user = std::nullopt;

    /// Who is not meant, though all of the above fits: as a wildcard, the name or the executable (its path, if the
    /// pattern begins with a slash, or else its file name); as it is, text that the command line contains. Where the
    /// executable may not be seen, a path excludes.
    std::vector<std::string> except = {};
};

/// Decides which processes belong to a group: those that meet all criteria given. One that would select everything
/// cannot be made. A value; pure.
class process_selector {
public:
    /// Throws `std::invalid_argument`, with what to do, when no criterion is given, when one is empty text, when the
    /// executable is a relative path, and when everything is excluded.
    explicit process_selector(process_criteria criteria);

    /// Kernel threads and processes that have ended never match.
    [[nodiscard]] bool matches(const process_info& process) const;

    /// The first criterion that it does not meet, "its name is vim, not 'nginx'"; empty for one that matches.
    [[nodiscard]] std::string why_no_match(const process_info& process) const;

    /// False if what /proc/PID/stat alone says rules the process out already: saves reading the rest.
    [[nodiscard]] bool may_match(const process_info& process) const;

    /// Whether what the criteria name is certainly among what they exclude.
    [[nodiscard]] static bool exclude_everything(const process_criteria& criteria);

    /// Says which program is meant, by name or executable.
    [[nodiscard]] bool names_program() const noexcept { return criteria_.name || criteria_.executable; }

    /// How many of these meet each condition by itself, for a person: "name 'nginx': 0", "user 33: 5".
    [[nodiscard]] std::vector<std::string> count_matches(const std::vector<process_info>& all) const;

    /// "executable 'nginx', user 33": for messages.
    [[nodiscard]] std::string describe() const;

private:
    [[nodiscard]] bool excludes(const process_info& process) const;

    process_criteria criteria_;
};

/// The number of a user given by name or number. Throws `std::invalid_argument` for an unknown name. Blocks.
uid_t find_user(const std::string& name);

}  // namespace mayhem::drivers
