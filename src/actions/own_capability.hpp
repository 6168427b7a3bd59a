#pragma once

#include <filesystem>

namespace mayhem::actions {

/// Whether this process has that capability (CAP_SYS_PTRACE, ...) and so can hand it to a holder. Does not block.
[[nodiscard]] bool has_capability(unsigned capability, const std::filesystem::path& proc_root = "/proc");

/// What else a person can do about one that it lacks, in the middle of a sentence.
inline constexpr const char* served_instead =
    "let a service of root's do it (systemctl enable --now mayhem-holder.socket, and /etc/mayhem/holder.toml)";

}  // namespace mayhem::actions
