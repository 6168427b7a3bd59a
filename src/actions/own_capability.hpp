#pragma once

#include <filesystem>

namespace mayhem::actions {

/// Whether this process has that capability (CAP_SYS_PTRACE, ...) and so can hand it to a holder. Does not block.
[[nodiscard]] bool has_capability(unsigned capability, const std::filesystem::path& proc_root = "/proc");

}  // namespace mayhem::actions
